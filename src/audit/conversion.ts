import { formatCount } from "../text.ts";
import type { RawLine } from "./read-lines.ts";

const CR = 0x0d;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

const CAUSE = "the file was saved by an editor or changed in transfer; its records are read without that";

export interface Conversion {
  /** The line without what was added to it. */
  undo(line: RawLine): Buffer;
  /** What was added, as a sentence without its full stop, with the first line that has it. */
  list(): readonly { readonly line: number; readonly text: string }[];
}

/**
 * Recognises what editors and transfers add to a whole file: CR before each line end, and a byte order mark. Otherwise every
 * record would be reported as altered, and the one cause would not be named.
 */
export function createConversion(): Conversion {
  let lines = 0;
  let ended = 0;
  let firstEnded = 0;
  let isMarked = false;
  return {
    undo({ number, bytes }) {
      lines = number;
      const hasMark = number === 1 && bytes.subarray(0, MARK.length).equals(MARK);
      if (hasMark) isMarked = true;
      const hasEnd = bytes.at(-1) === CR;
      if (hasEnd && ended === 0) firstEnded = number;
      if (hasEnd) ended += 1;
      return bytes.subarray(hasMark ? MARK.length : 0, hasEnd ? -1 : undefined);
    },
    list() {
      const which = ended === lines ? "every line" : `${ended} of ${formatCount(lines, "line")}`;
      return [
        ...(isMarked ? [{ line: 1, text: `it begins with a byte order mark: ${CAUSE}` }] : []),
        ...(ended > 0 ? [{ line: firstEnded, text: `CR is at the end of ${which}: ${CAUSE}` }] : []),
      ];
    },
  };
}
