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

/** A disk that takes so many bytes in all, as few at a time as it likes, and then is full. */
function createDisk(room: { bytes: number }, atOnce = Number.POSITIVE_INFINITY): WriteBytes {
  return (descriptor, bytes, offset) => {
    const length = Math.min(bytes.length - offset, room.bytes, atOnce);
    if (length === 0) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    room.bytes -= length;
    return writeSync(descriptor, bytes, offset, length);
  };
}

describe("a line", () => {
  it("goes after what is there, and into a file that nobody else can read if there was none", () => {
    openAuditFile(path).append(() => ["first"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    openAuditFile(path).append(() => ["second"]);
    expect(text()).toBe("first\nsecond\n");
  });

  it("is not written before it is asked for", () => {
    openAuditFile(path);
    expect(existsSync(path)).toBe(false);
  });

  it.skipIf(process.getuid?.() === 0)("goes into a file that may be written and not read", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o200);
    openAuditFile(path).append(() => ["first"]);
    chmodSync(path, 0o600);
    expect(text()).toBe("first\n");
  });
});

describe("a file that was put aside", () => {
  it("by renaming is made anew", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    renameSync(path, `${path}.1`);
    file.append(() => ["second"]);
    expect([text(`${path}.1`), text()]).toEqual(["first\n", "second\n"]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("by removing is made anew", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    rmSync(path);
    file.append(() => ["second"]);
    expect(text()).toBe("second\n");
  });

  it("and replaced by another one is written there", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "from the rotation\n");
    file.append(() => ["second"]);
    expect(text()).toBe("from the rotation\nsecond\n");
  });

  it("by copying and cutting is written from its new end", () => {
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

describe("what is no regular file", () => {
  it("a folder is refused", () => {
    mkdirSync(path);
    expect(() => openAuditFile(path).append(() => ["x"])).toThrow("it is a folder, not a regular file");
  });

  it("a pipe is refused without waiting for somebody to read it", () => {
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

  it("that took the place of the file is refused too, and a file in its place is written again", () => {
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

describe("a disk that takes only part of a line", () => {
  it("is given the rest", () => {
    openAuditFile(path, createDisk({ bytes: 1_000 }, 3)).append(() => ["a line of some length"]);
    expect(text()).toBe("a line of some length\n");
  });

  it("and then is full makes it fail; the next line starts on a line of its own", () => {
    const room = { bytes: 8 };
    const file = openAuditFile(path, createDisk(room));
    file.append(() => ["first"]);
    expect(() => file.append(() => ["second"])).toThrow("no space left");
    expect(text()).toBe("first\nse");
    room.bytes = 100;
    file.append(() => ["third"]);
    expect(text()).toBe("first\nse\nthird\n");
  });

  it.skipIf(process.getuid?.() === 0)("the same in a file that may not be read", () => {
    writeFileSync(path, "");
    chmodSync(path, 0o200);
    const room = { bytes: 2 };
    const file = openAuditFile(path, createDisk(room));
    expect(() => file.append(() => ["first"])).toThrow("no space left");
    room.bytes = 100;
    file.append(() => ["second"]);
    chmodSync(path, 0o600);
    expect(text()).toBe("fi\nsecond\n");
  });

  it("is told from a disk that takes nothing and does not say why", () => {
    expect(() => openAuditFile(path, () => 0).append(() => ["first"])).toThrow("nothing more was written");
  });

  it("a line that another process did not finish is ended first", () => {
    const file = openAuditFile(path);
    file.append(() => ["first"]);
    appendFileSync(path, '{"half":');
    file.append(() => ["second"]);
    expect(text()).toBe('first\n{"half":\nsecond\n');
  });
});
