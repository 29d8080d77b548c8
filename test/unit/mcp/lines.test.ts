import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, readLines } from "../../../src/mcp/lines.ts";

async function read(chunks: readonly (string | Uint8Array)[], maxBytes = 1_000): Promise<(string | null)[]> {
  const input = Readable.from(
    chunks.map((chunk) => Buffer.from(chunk as string)),
    { objectMode: false },
  );
  const lines: Line[] = [];
  for await (const line of readLines(input, maxBytes)) lines.push(line);
  return lines.map((line) => ("text" in line ? line.text : null));
}

const LONG = null;

describe("readLines", () => {
  it.each<[string, string[], (string | null)[]]>([
    ["nothing", [], []],
    ["an empty chunk", [""], []],
    ["one line", ["a\n"], ["a"]],
    ["no newline at the end", ["a\nb"], ["a", "b"]],
    ["several in one chunk", ["a\nb\n\nc\n"], ["a", "b", "", "c"]],
    ["one in several chunks", ["a", "b", "c\n"], ["abc"]],
    ["a newline of its own", ["a", "\n", "b", "\n"], ["a", "b"]],
    ["carriage returns, which are the reader's to trim", ["a\r", "\nb\r\n"], ["a\r", "b\r"]],
    ["a carriage return is no line end", ["a\rb\n"], ["a\rb"]],
    ["other line separators are no line ends", ["a\u2028b\u0085c\n"], ["a\u2028b\u0085c"]],
  ])("%s", async (_name, chunks, lines) => {
    expect(await read(chunks)).toEqual(lines);
  });

  it("joins characters that were split across chunks", async () => {
    const bytes = [...Buffer.from("é漢🙂\n🙂")].map((byte) => Uint8Array.of(byte));
    expect(await read(bytes)).toEqual(["é漢🙂", "🙂"]);
  });

  it.each<[string, string[], (string | null)[]]>([
    ["just long enough", ["12345\n", "12345"], ["12345", "12345"]],
    ["one byte too long", ["123456\nok\n"], [LONG, "ok"]],
    ["too long over chunks", ["1234", "56", "78", "\nok\n"], [LONG, "ok"]],
    ["too long by the last byte of the next chunk", ["12345", "6\nok"], [LONG, "ok"]],
    [
      "too long, and the end in the same chunk as the next one",
      ["123456789", "0\nok\nok\n"],
      [LONG, "ok", "ok"],
    ],
    ["two in a row", ["1234567\n1234567\nok"], [LONG, LONG, "ok"]],
    ["too long and never ended", ["ok\n", "123", "456"], ["ok", LONG]],
    ["counted in bytes, not characters", ["éé\n", "ééé\n"], ["éé", LONG]],
  ])("a limit of five bytes: %s", async (_name, chunks, lines) => {
    expect(await read(chunks, 5)).toEqual(lines);
  });

  it("retains no more than the limit of an endless line", async () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const input = Readable.from(
      (function* () {
        for (let index = 0; index < 4_000; index += 1) yield chunk;
      })(),
      { objectMode: false },
    );
    const before = process.memoryUsage().arrayBuffers;
    const lines: Line[] = [];
    for await (const line of readLines(input, 100_000)) lines.push(line);
    expect(lines).toEqual([{ tooLong: true }]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 * 1024);
  });

  it("ends when the reader stops", async () => {
    const input = Readable.from([Buffer.from("a\nb\nc\n")], { objectMode: false });
    for await (const line of readLines(input, 10)) {
      expect(line).toEqual({ text: "a" });
      break;
    }
    expect(input.destroyed).toBe(true);
  });

  it("returns the same lines however the chunks are cut", async () => {
    const line = fc.string({ unit: fc.constantFrom("a", "é", "漢", "🙂", "\r", " "), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.nat(200), { maxLength: 10 }),
        fc.integer({ min: 1, max: 40 }),
        async (lines, cuts, maxBytes) => {
          const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
          const places = [...new Set([0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length])];
          places.sort((a, b) => a - b);
          const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          const expected = lines.map((text) => (Buffer.byteLength(text) > maxBytes ? LONG : text));
          expect(await read(chunks, maxBytes)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });
});
