import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AnchorPoint } from "../../src/audit/anchor.ts";
import { type Verification, verifyFiles } from "../../src/audit/verify.ts";
import { checkProperty } from "../faults/check-property.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { makeAuditLines } from "../support/audit-lines.ts";

const { edits: EDITS, records: RECORDS } = RUNS;

let folder: string;
let whole: Buffer;
let lines: string[];
let anchor: readonly AnchorPoint[];

const signal = new AbortController().signal;

async function verify(
  content: Buffer | string[],
  points: readonly AnchorPoint[] = [],
): Promise<Verification> {
  const file = join(folder, "audit.jsonl");
  writeFileSync(file, Buffer.isBuffer(content) ? content : content.map((line) => `${line}\n`).join(""));
  return verifyFiles([file], points, signal);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "audit-edits-"));
  const made = makeAuditLines();
  // Two processes at the same time, each of which is later replaced by another.
  for (let index = 0; made.lines.length < RECORDS; index += 1) {
    const generation = Math.floor((made.lines.length * 3) / RECORDS);
    made.add(2 * generation + (index % 3 === 0 ? 1 : 0));
  }
  lines = made.lines;
  whole = Buffer.from(lines.map((line) => `${line}\n`).join(""));
  const before = await verify(whole);
  expect(before).toMatchObject({ verdict: "intact", chains: 6, openIntents: [] });
  anchor = before.anchor;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A place in the file, as a line's index. */
const anyIndex = (except = 0) => fc.nat(RECORDS - 1 - except);

/** The lines that a finding concerns. */
const linesFound = ({ findings }: Verification) =>
  findings.flatMap(({ line }) => (line === undefined ? [] : [line]));

describe("a change to an audit file is detected", { timeout: PATIENCE_MS }, () => {
  it("one bit, at its line", () =>
    checkProperty(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ (1 << bit);
        const line = whole.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        const result = await verify(changed);
        expect(result.verdict).toBe("tampered");
        expect(linesFound(result)).toContain(line);
      }),
      EDITS,
    ));

  it("a rewritten record with a matching hash", () =>
    checkProperty(
      // Only an anchor can prove the last one, see below.
      fc.asyncProperty(anyIndex(1), async (index) => {
        const changed = [...lines];
        changed[index] = reseal((lines[index] as string).replace(/"time":"2026/, '"time":"2025'));
        const result = await verify(changed);
        expect(result.verdict).toBe("tampered");
        expect(linesFound(result).length).toBeGreaterThan(0);
      }),
      EDITS,
    ));

  it("removed lines", () =>
    checkProperty(
      fc.asyncProperty(anyIndex(1), fc.integer({ min: 1, max: 50 }), async (index, count) => {
        const end = Math.min(index + count, RECORDS - 1);
        const result = await verify([...lines.slice(0, index), ...lines.slice(end)]);
        expect(result.verdict).toBe("tampered");
      }),
      EDITS,
    ));

  it("swapped lines", () =>
    checkProperty(
      fc.asyncProperty(anyIndex(), anyIndex(), async (one, other) => {
        fc.pre(one !== other);
        const changed = [...lines];
        [changed[one], changed[other]] = [lines[other] as string, lines[one] as string];
        expect((await verify(changed)).verdict).toBe("tampered");
      }),
      EDITS,
    ));

  it("an inserted line: a copy, an invented one, one without a chain", () =>
    checkProperty(
      fc.asyncProperty(
        anyIndex(),
        anyIndex(),
        fc.constantFrom("copy", "forged", "bare", "text"),
        async (from, to, kind) => {
          fc.pre(to > 0);
          const source = lines[from] as string;
          const made = {
            copy: source,
            forged: reseal(source.replace(/"principal":"[^"]*"/, '"principal":"user:else"')),
            bare: `{${source.slice(source.indexOf('"time"'), source.lastIndexOf(',"hash"'))}}`,
            text: "nothing of the kind",
          };
          const result = await verify([...lines.slice(0, to), made[kind], ...lines.slice(to)]);
          expect(result.verdict).toBe("tampered");
        },
      ),
      EDITS,
    ));

  it("a removed end, by an anchor only", () =>
    checkProperty(
      fc.asyncProperty(fc.nat(whole.length - 3), async (length) => {
        const cut = whole.subarray(0, length);
        const result = await verify(cut, anchor);
        expect(result.verdict).toBe("tampered");
        expect(result.findings.some(({ kind }) => kind === "absent")).toBe(true);
        expect((await verify(cut)).verdict).toBe("intact");
      }),
      EDITS,
    ));

  it("a completely forged file, by an anchor only", async () => {
    const forged = makeAuditLines();
    for (let index = 0; index < 100; index += 1) forged.add(0);
    expect((await verify(forged.lines)).verdict).toBe("intact");
    expect((await verify(forged.lines, anchor)).verdict).toBe("tampered");
  });

  it("a completely inserted chain, by an anchor only", async () => {
    const forged = makeAuditLines();
    forged.add(0);
    const changed = [...lines.slice(0, 10), ...forged.lines, ...lines.slice(10)];
    expect((await verify(changed)).verdict).toBe("intact");
    const { verdict, findings } = await verify(changed, anchor);
    expect(verdict).toBe("tampered");
    expect(findings).toMatchObject([{ kind: "inserted", line: 13 }]);
  });
});

it("an anchor matches the same file with later records, and only the remainder", async () => {
  const made = makeAuditLines();
  for (let index = 0; index < 20; index += 1) made.add(0);
  const { anchor: early } = await verify(made.lines);
  const first = made.rotate();
  for (let index = 0; index < 20; index += 1) made.add(0);
  expect((await verify([...first, ...made.lines], early)).verdict).toBe("intact");
  expect((await verify(made.lines, early)).verdict).toBe("intact");
  const alone = await verify(made.lines);
  expect(alone).toMatchObject({ verdict: "incomplete", late: [{ line: 1, seq: first.length }] });
  expect((await verify(made.lines.slice(1), early)).verdict).toBe("tampered");
  expect((await verify(made.lines.slice(1))).verdict).toBe("tampered");
});

/** Builds the line as docs/audit.md defines it, independently of the code. */
function reseal(line: string): string {
  const open = line.slice(0, -75);
  return `${open},"hash":"${createHash("sha256").update(open).digest("hex")}"}`;
}
