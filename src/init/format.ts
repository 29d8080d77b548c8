import type { Entry, Json } from "./entry.ts";

/** The name of the server's entry in every client. */
export const SERVER_NAME = "c1";

/** How a kind of configuration file is read and changed. Texts come without a byte order mark. */
export interface Format {
  /** The entry that is there. Throws a Refusal that says where the text cannot be parsed. */
  readServer(text: string): Json | undefined;
  /** The text with the entry in it, in place of one that is there. All else stays byte for byte. */
  put(text: string, entry: Entry): string;
  /** The text without the entry, and without what holds nothing else. */
  remove(text: string): string;
  /** Whether the text says nothing at all. */
  isBlank(text: string): boolean;
}
