import { createHash } from "node:crypto";
import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAuditFile, type WriteBytes } from "../../../src/log/audit-file.ts";
import { createChain } from "../../../src/log/chain.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chain-"));
  path = join(folder, "audit.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A process with its own chain. */
function createWriter(write?: WriteBytes) {
  const file = openAuditFile(path, write);
  const chain = createChain(() => ({ record: "start" }));
  return (record: string) =>
    file.append((end) => chain.seal({ record }, end).map(({ line }) => line), chain.advance);
}

const records = (file = path): Record<string, unknown>[] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const brief = (file = path) =>
  records(file).map(({ seq, record, opens, after }) => [
    seq,
    record,
    ...(opens ? ["opens"] : []),
    ...(after ? ["after"] : []),
  ]);

describe("an audit chain", () => {
  it("begins with its start, and each record names the hash of the previous one", () => {
    const write = createWriter();
    write("a");
    write("b");
    const [start, a, b] = records();
    expect([start?.seq, a?.seq, b?.seq]).toEqual([0, 1, 2]);
    expect([start?.prev, a?.prev, b?.prev]).toEqual(["0".repeat(64), start?.hash, a?.hash]);
    expect(new Set(records().map(({ chain }) => chain)).size).toBe(1);
  });

  it("hashes the bytes of the line before the hash", () => {
    createWriter()("\u00e4\u{1f600}");
    for (const line of readFileSync(path, "utf8").trim().split("\n")) {
      const bytes = Buffer.from(line);
      const hash = createHash("sha256")
        .update(bytes.subarray(0, bytes.length - 75))
        .digest("hex");
      expect(line.endsWith(`,"hash":"${hash}"}`)).toBe(true);
    }
  });

  it("names another process's record if the file ends with one", () => {
    const [one, other] = [createWriter(), createWriter()];
    one("a");
    other("b");
    one("c");
    one("d");
    expect(brief()).toEqual([
      [0, "start"],
      [1, "a"],
      [0, "start", "after"],
      [1, "b"],
      [2, "c", "after"],
      [3, "d"],
    ]);
    expect(records()[2]?.after).toBe(records()[1]?.hash);
    expect(records()[4]?.after).toBe(records()[3]?.hash);
  });

  it("names nothing if the file ends differently", () => {
    writeFileSync(path, '{"record":"outcome"}\n');
    createWriter()("a");
    writeFileSync(path, `${readFileSync(path, "utf8")}{"half`);
    createWriter()("b");
    expect(
      readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line.includes('"after"')),
    ).toEqual([]);
  });

  it("continues in the next file, and says that it comes from another", () => {
    const [one, other] = [createWriter(), createWriter()];
    one("a");
    other("b");
    renameSync(path, `${path}.1`);
    one("c");
    other("d");
    other("e");
    expect(brief()).toEqual([
      [2, "c", "opens"],
      [2, "d", "opens", "after"],
      [3, "e"],
    ]);
    expect(records()[0]?.prev).toBe(records(`${path}.1`)[1]?.hash);
  });

  it("continues in a file that was copied and truncated", () => {
    const [one, other] = [createWriter(), createWriter()];
    one("a");
    other("b");
    truncateSync(path);
    one("c");
    other("d");
    expect(brief()).toEqual([
      [2, "c", "opens"],
      [2, "d", "opens", "after"],
    ]);
  });
});

describe("a partial write", () => {
  /** A disk that accepts a limited number of bytes once, and everything afterwards. */
  function createStingyDisk(bytes: number): WriteBytes {
    let room: number | undefined = bytes;
    return (descriptor, all, offset) => {
      if (room === 0) {
        room = undefined;
        throw new Error("full");
      }
      const taken = writeSync(descriptor, all, offset, Math.min(all.length - offset, room ?? all.length));
      if (room !== undefined) room -= taken;
      return taken;
    };
  }
  const lengthOf = (lines: number) => {
    createWriter()("a");
    const length = readFileSync(path, "utf8").split("\n").slice(0, lines).join("\n").length;
    rmSync(path);
    return length;
  };

  it.each([
    [
      "half of the start",
      () => lengthOf(1) - 20,
      [
        [0, "start"],
        [1, "b"],
      ],
    ],
    [
      "the start without its end",
      () => lengthOf(1),
      [
        [0, "start"],
        [1, "b", "opens"],
      ],
    ],
    [
      "half of the record",
      () => lengthOf(2) - 20,
      [
        [0, "start"],
        [1, "b", "opens"],
      ],
    ],
    [
      "the record without its end",
      () => lengthOf(2),
      [
        [0, "start"],
        [1, "a"],
        [2, "b", "opens"],
      ],
    ],
  ] as const)("of two lines, %s: complete ones stay in the chain, and nothing else does", (_what, room, kept) => {
    const write = createWriter(createStingyDisk(room()));
    expect(() => write("a")).toThrow("full");
    write("b");
    const text = readFileSync(path, "utf8");
    const whole = text.split("\n").filter((line) => /"hash":"[0-9a-f]{64}"\}$/.test(line));
    writeFileSync(path, whole.map((line) => `${line}\n`).join(""));
    expect(brief()).toEqual(kept);
    expect(records().map(({ prev }) => prev)).toEqual([
      "0".repeat(64),
      ...records()
        .slice(0, -1)
        .map(({ hash }) => hash),
    ]);
  });
});
