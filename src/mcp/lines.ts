import type { Readable } from "node:stream";

const NEWLINE = 0x0a;

/** One line of input, or a note that it was too long to keep. */
export type Line = { readonly text: string } | { readonly tooLong: true };

/** Splits a byte stream into lines. A line longer than `maxBytes` is skipped to its end and reported, which bounds memory. */
export async function* readLines(input: Readable, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  let skipping = false;
  for await (const chunk of input as AsyncIterable<Buffer>) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
      if (skipping || size + end > maxBytes) yield { tooLong: true };
      else yield { text: Buffer.concat([...parts, rest.subarray(0, end)]).toString("utf8") };
      parts = [];
      size = 0;
      skipping = false;
      rest = rest.subarray(end + 1);
    }
    if (skipping) continue;
    parts.push(rest);
    size += rest.length;
    if (size > maxBytes) {
      parts = [];
      skipping = true;
    }
  }
  // A client that omits the last newline still gets its response.
  if (!skipping && size > 0) yield { text: Buffer.concat(parts).toString("utf8") };
  if (skipping) yield { tooLong: true };
}
