import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isBegunObject } from "../../../src/audit/is-begun-object.ts";
import { readLine } from "../../../src/audit/read-line.ts";
import { makeAuditLines } from "../../support/audit-lines.ts";

const made = makeAuditLines();
made.add(0);
made.add(1);
const [start = "", intent = ""] = made.lines;
const other = made.lines[3] ?? "";

const read = (text: string) => readLine(Buffer.from(text));

describe("readLine", () => {
  it("reads an unaltered line as a record with its position", () => {
    const { chain, hash } = JSON.parse(start);
    expect(read(start)).toMatchObject({
      kind: "record",
      place: { chain, seq: 0, prev: "0".repeat(64) },
      hash,
    });
    expect(read(intent)).toMatchObject({ kind: "record", place: { seq: 1, prev: hash, opens: false } });
    expect(read(other)).toMatchObject({
      kind: "record",
      place: { after: JSON.parse(made.lines[2] ?? "").hash },
    });
  });

  it("distinguishes a record without a chain from an altered one", () => {
    expect(read('{"time":"2026-01-01T00:00:00Z","record":"intent"}')).toMatchObject({ kind: "unchained" });
    expect(read(intent.replace('"record":"intent"', '"record":"outcome"'))).toMatchObject({
      kind: "altered",
    });
    expect(read(intent.replace(/,"hash":.*/, "}"))).toMatchObject({ kind: "altered" });
    expect(read(intent.replace(/"chain":"[^"]*",/, ""))).toMatchObject({ kind: "altered" });
    expect(read(` ${intent}`)).toMatchObject({ kind: "altered" });
    expect(read(`${intent} `)).toMatchObject({ kind: "altered" });
    expect(read(`${intent}${intent}`)).toMatchObject({ kind: "altered" });
  });

  it.each([
    ["{}", {}],
    ['{"a":1}', { a: 1 }],
    ["[]", undefined],
    ["null", undefined],
    ["text", undefined],
    ["\u0001", undefined],
    ["}", undefined],
  ])("does not read %j as a record", (text, claims) => {
    expect(read(text)).toEqual({ kind: "altered", claims });
  });

  it("reads a truncated line as torn, with its position once that is complete", () => {
    for (let length = 1; length < intent.length; length += 1) {
      const line = read(intent.slice(0, length));
      expect(line.kind, intent.slice(0, length)).toBe("torn");
      if (line.kind === "torn" && length > 200) expect(line.place).toMatchObject({ seq: 1 });
    }
    const bytes = Buffer.from(other);
    for (let length = 1; length < bytes.length; length += 1)
      expect(readLine(bytes.subarray(0, length)).kind).toBe("torn");
  });

  it("reads a line that ends in the zeros of a lost write as torn, unless it was complete", () => {
    const zeros = "\u0000".repeat(100);
    expect(read(zeros)).toEqual({ kind: "torn" });
    expect(read(intent.slice(0, 250) + zeros)).toMatchObject({ kind: "torn", place: { seq: 1 } });
    expect(read(intent + zeros).kind).toBe("altered");
    expect(read(zeros + intent).kind).toBe("altered");
  });

  it("never reads a line with one flipped bit as a record or as torn", () => {
    const bytes = Buffer.from(other);
    const wrong: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      // A line end in the middle makes two lines of it.
      if (changed[bit >> 3] !== 0x0a && readLine(changed).kind !== "altered") wrong.push(changed.toString());
    }
    expect(wrong).toEqual([]);
  });
});

describe("isBegunObject", () => {
  it("accepts every beginning of an object, and nothing complete", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const text = JSON.stringify(value);
        const beginnings = Array.from({ length: text.length - 1 }, (_, index) => text.slice(0, index + 1));
        expect(beginnings.filter((beginning) => !isBegunObject(beginning))).toEqual([]);
        expect(isBegunObject(text)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    "",
    "[",
    '"',
    "{1",
    "{,",
    '{"a",',
    '{"a":}',
    '{"a":1 ',
    '{"a":[1,]',
    '{"a":tru3',
    '{"a":"\\x',
    '{"a":1}}',
    '{"a":"\n',
  ])("rejects %j", (text) => expect(isBegunObject(text)).toBe(false));
});
