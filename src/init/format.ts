import type { Json } from "../json.ts";
import type { Entry } from "./entry.ts";

/** How a kind of configuration file is read and edited. Texts have no byte order mark. */
export interface Format {
  /** Returns the existing entry. Throws a Refusal with the position if the text cannot be parsed. */
  readServer(text: string): Json | undefined;
  /** Returns the text with the entry added or replaced. Everything else stays byte for byte the same. */
  put(text: string, entry: Entry): string;
  /** Returns the text without the entry, and without containers that held nothing else. */
  remove(text: string): string;
  /** Whether the text holds neither a value nor a comment. */
  isBlank(text: string): boolean;
}
