import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openAuditFile, type WriteBytes } from "../../../src/log/audit-file.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-file-"));
  path = join(folder, "audit.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (file = path) => readFileSync(file, "utf8");

/** A disk that accepts a limited number of bytes, possibly a few at a time, and then is full. */
function createDisk(room: { bytes: number }, atOnce = Number.POSITIVE_INFINITY): WriteBytes {
  return (descriptor, bytes, offset) => {
    const length = Math.min(bytes.length - offset, room.bytes, atOnce);
    if (length === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    room.bytes -= length;
    return writeSync(descriptor, bytes, offset, length);
  };
}

describe("an appended line", () => {
  it("follows existing ones, or creates a file that nobody else can read", () => {
    openAuditFile(path).append(() => ["first"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    openAuditFile(path).append(() => ["second"]);
    expect(text()).toBe("first\nsecond\n");
  });

  it("is not written before it is asked for", () => {
    openAuditFile(path);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)("can be written to a file that may not be read", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o200);
    openAuditFile(path).append(() => ["first"]);
    chmodSync(path, 0o600);
    expect(text()).toBe("first\n");
  });
});

describe("log rotation", () => {
  it("by renaming: a new file is created", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    renameSync(path, `${path}.1`);
    file.append(() => ["second"]);
    expect([text(`${path}.1`), text()]).toEqual(["first\n", "second\n"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("by deleting: a new file is created", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    rmSync(path);
    file.append(() => ["second"]);
    expect(text()).toBe("second\n");
  });

  it("by replacing: lines go to the new file", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "from the rotation\n");
    file.append(() => ["second"]);
    expect(text()).toBe("from the rotation\nsecond\n");
  });

  it("by copying and truncating: is noticed even if another process has made the file as long as before", () => {
    const [ours, others] = [openAuditFile(path), openAuditFile(path)];
    let lines = 0;
    const isNew = (file = ours) => {
      let seen: boolean | undefined;
      file.append((end) => {
        seen = end.isNew;
        lines += 1;
        return [`${lines}`.repeat(90)];
      });
      return seen;
    };
    expect([isNew(), isNew(others), isNew(), isNew(others)]).toEqual([true, true, false, false]);
    truncateSync(path);
    expect([isNew(others), isNew(others), isNew(others), isNew(others)]).toEqual([true, false, false, false]);
    expect([isNew(), isNew()]).toEqual([true, false]);
  });

  it("by copying and truncating: lines continue at the new end", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    truncateSync(path);
    file.append(() => ["second"]);
    expect(text()).toBe("second\n");
  });

  it.skipIf(!existsSync("/proc/self/fd"))("does not stay open", () => {
    const file = openAuditFile(path);
    const openNow = () => readdirSync("/proc/self/fd").length;
    file.append(() => ["first"]);
    const before = openNow();
    for (let round = 0; round < 50; round += 1) {
      rmSync(path);
      file.append(() => ["again"]);
    }
    expect(openNow() - before).toBeLessThan(25);
  });
});

describe("a path that is not a regular file", () => {
  it("refuses a folder", () => {
    mkdirSync(path);
    expect(() => openAuditFile(path).append(() => ["x"])).toThrow("it is a folder, not a regular file");
  });

  it("refuses a pipe without waiting for a reader", () => {
    execFileSync("mkfifo", [path]);
    expect(() => openAuditFile(path).append(() => ["x"])).toThrow("it is a pipe, not a regular file");
  });

  it.skipIf(!existsSync("/dev/full"))("a device is refused, through a link too", () => {
    expect(() => openAuditFile("/dev/full").append(() => ["x"])).toThrow(
      "it is a device, not a regular file",
    );
    symlinkSync("/dev/null", path);
    expect(() => openAuditFile(path).append(() => ["x"])).toThrow("it is a device, not a regular file");
  });

  it("is also refused if it replaces the file, and a regular file is accepted again", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    rmSync(path);
    mkdirSync(path);
    expect(() => file.append(() => ["second"])).toThrow("it is a folder, not a regular file");
    rmSync(path, { recursive: true });
    file.append(() => ["third"]);
    expect(text()).toBe("third\n");
  });
});

describe("a partial write", () => {
  it("is completed", () => {
    openAuditFile(path, createDisk({ bytes: 1_000 }, 3)).append(() => ["a line of some length"]);
    expect(text()).toBe("a line of some length\n");
  });

  it("to a full disk fails, and the next line starts on its own line", () => {
    const room = { bytes: 8 };
    const file = openAuditFile(path, createDisk(room));
    file.append(() => ["first"]);
    expect(() => file.append(() => ["second"])).toThrow("no space left");
    expect(text()).toBe("first\nse");
    room.bytes = 100;
    file.append(() => ["third"]);
    expect(text()).toBe("first\nse\nthird\n");
  });

  it.skipIf(process.getuid?.() === 0)(
    "to a full disk fails the same way for a file that may not be read",
    () => {
      writeFileSync(path, "");
      chmodSync(path, 0o200);
      const room = { bytes: 2 };
      const file = openAuditFile(path, createDisk(room));
      expect(() => file.append(() => ["first"])).toThrow("no space left");
      room.bytes = 100;
      file.append(() => ["second"]);
      chmodSync(path, 0o600);
      expect(text()).toBe("fi\nsecond\n");
    },
  );

  it("without an error is distinguished from one with an error", () => {
    expect(() => openAuditFile(path, () => 0).append(() => ["first"])).toThrow("nothing more was written");
  });

  it("of another process is ended first", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    appendFileSync(path, '{"half":');
    file.append(() => ["second"]);
    expect(text()).toBe('first\n{"half":\nsecond\n');
  });
});
