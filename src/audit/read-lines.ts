import { createReadStream } from "node:fs";

const LINE_END = 0x0a;

/** Records are a few kilobytes. Of a longer line, only this much is read. */
const MAX_LINE_BYTES = 1024 * 1024;

export interface RawLine {
  /** Line number, from 1. */
  readonly number: number;
  /** The line without its line end. */
  readonly bytes: Buffer;
}

/**
 * Calls back for each line while the file is read, so that files of any size need the same memory; awaits `pause` now and then.
 * Rejects with a file system error, or with an AbortError once the signal is aborted.
 */
export async function eachLine(
  path: string,
  signal: AbortSignal,
  take: (line: RawLine) => void,
  pause: () => Promise<void> = async () => undefined,
): Promise<void> {
  let number = 0;
  let begun: Buffer[] = [];
  let begunBytes = 0;
  const begin = (part: Buffer) => {
    const room = MAX_LINE_BYTES - begunBytes;
    if (room > 0) begun.push(part.subarray(0, room));
    begunBytes += part.length;
  };
  const end = (): RawLine => {
    number += 1;
    const line = { number, bytes: begun.length === 1 ? (begun[0] as Buffer) : Buffer.concat(begun) };
    begun = [];
    begunBytes = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 256 * 1024 })) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_END); at !== -1; at = chunk.indexOf(LINE_END, start)) {
      begin(chunk.subarray(start, at));
      take(end());
      start = at + 1;
    }
    if (start < chunk.length) begin(chunk.subarray(start));
    await pause();
  }
  if (begunBytes > 0) take(end());
}
