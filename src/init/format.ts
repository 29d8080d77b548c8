import type { Entry, Json } from "./entry.ts";

/** How a kind of configuration file is read and changed. Texts have no byte order mark. */
export interface Format {
  /** The entry that is there. Throws a Refusal that says where the text cannot be parsed. */
  readServer(text: string): Json | undefined;
  /** The text with the entry in it, replacing one that is there. Everything else stays byte for byte. */
  put(text: string, entry: Entry): string;
  /** The text without the entry, and without containers that held nothing else. */
  remove(text: string): string;
  /** Whether the text holds no value and no comment. */
  isBlank(text: string): boolean;
}
