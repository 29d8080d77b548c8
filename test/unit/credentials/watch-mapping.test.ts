import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ReadInTime, TooSlow } from "../../../src/config/read-in-time.ts";
import { findStrangers } from "../../../src/credentials/choose-tenant.ts";
import type { Mapping } from "../../../src/credentials/entry.ts";
import { describeFault } from "../../../src/credentials/fault.ts";
import { readMapping } from "../../../src/credentials/read-mapping.ts";
import { type MappingSource, watchMapping } from "../../../src/credentials/watch-mapping.ts";

const onPosix = it.skipIf(process.platform === "win32");

let folder: string;
let path: string;
let logs: { level: number; msg: string; why?: string[]; entries?: number }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mapping-"));
  path = join(folder, "credentials.json");
  logs = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (name: string, host = "acme.conductor.one") =>
  JSON.stringify({
    entries: [
      { name, callers: [{ token: 1 }], clientId: `brave-fox@${host}/spc`, clientSecretFile: "secret" },
    ],
    default: "refuse",
  });

/** Replaces the file atomically, as careful operators do. */
function replace(text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

async function faultsNow(): Promise<string> {
  const { parsed } = await readMapping(path);
  return "faults" in parsed ? parsed.faults.map(describeFault).join() : "";
}

async function watch(inTime?: ReadInTime, prepared: Mapping[] = []): Promise<MappingSource> {
  const { stamp, parsed } = await readMapping(path);
  if ("faults" in parsed) throw new Error(parsed.faults.map(describeFault).join());
  return watchMapping({
    path,
    first: { stamp, mapping: parsed.mapping },
    judge: (mapping) => findStrangers(mapping, "https://acme.conductor.one"),
    prepare: async (mapping) => void prepared.push(mapping),
    logger: pino({ level: "trace" }, { write: (line: string) => void logs.push(JSON.parse(line)) }),
    ...(inTime && { inTime }),
  });
}

const nameOf = async (source: MappingSource) => (await source.current()).entries[0]?.name;

describe("a changed file", () => {
  beforeEach(() => writeFileSync(path, textOf("one")));

  it("takes effect with the next call, after preparation", async () => {
    const prepared: Mapping[] = [];
    const source = await watch(undefined, prepared);
    expect(await nameOf(source)).toBe("one");
    replace(textOf("two"));
    expect(await nameOf(source)).toBe("two");
    expect(prepared.map(({ entries }) => entries[0]?.name)).toEqual(["two"]);
    expect(logs).toMatchObject([{ level: 30, entries: 1 }]);
  });

  it.each<[string, string, string]>([
    ["that is no JSON", "{", "the file is not JSON"],
    ["that is cut off", textOf("two").slice(0, -9), "the file is not JSON"],
    ["to nothing", "", "the file is not JSON"],
    ["with an entry that is wrong", textOf("two").replace("clientId", "id"), "entries[0] (two)"],
    [
      "to another tenant",
      textOf("two", "other.conductor.one"),
      "entries[0] (two).clientId belongs to the tenant other.conductor.one, and this server is bound to acme.conductor.one",
    ],
  ])("with %s is refused and logged once; the previous version stays", async (_what, text, why) => {
    const source = await watch();
    replace(text);
    for (let i = 0; i < 3; i += 1) expect(await nameOf(source)).toBe("one");
    expect(source.isStale()).toBe(true);
    expect(logs.map(({ level }) => level)).toEqual([50]);
    expect(logs[0]?.why?.join()).toContain(why);
    replace(textOf("three"));
    expect(await nameOf(source)).toBe("three");
    expect(source.isStale()).toBe(false);
  });

  it("that is deleted leaves the previous version in force until it exists again", async () => {
    const source = await watch();
    renameSync(path, `${path}.away`);
    for (let i = 0; i < 3; i += 1) expect(await nameOf(source)).toBe("one");
    expect(source.isStale()).toBe(true);
    expect(logs).toMatchObject([{ level: 50, why: ["the file cannot be read (ENOENT)"] }]);
    renameSync(`${path}.away`, path);
    expect(await nameOf(source)).toBe("one");
    expect(source.isStale()).toBe(false);
  });

  onPosix("of a link is one, as Kubernetes makes it", async () => {
    rmSync(path);
    for (const name of ["v1", "v2"]) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "credentials.json"), textOf(name));
    }
    symlinkSync("v1", join(folder, "..data"));
    symlinkSync("..data/credentials.json", path);
    const source = await watch();
    expect(await nameOf(source)).toBe("v1");
    symlinkSync("v2", join(folder, "..new"));
    renameSync(join(folder, "..new"), join(folder, "..data"));
    expect(await nameOf(source)).toBe("v2");
    // Paths are relative to the named file, not to the link's target.
    expect((await source.current()).entries[0]?.credential.path).toBe(join(folder, "secret"));
  });

  onPosix("of its permissions alone puts it out of force, and in again", async () => {
    const source = await watch();
    replace(textOf("two"));
    chmodSync(path, 0o666);
    expect(await nameOf(source)).toBe("one");
    expect(logs[0]?.why).toEqual(["the file can be changed by others than its owner: chmod go-w"]);
    chmodSync(path, 0o644);
    expect(await nameOf(source)).toBe("two");
  });
});

describe("an unusable file", () => {
  onPosix.each([0o660, 0o606, 0o666, 0o622])("must not be writable by others (mode %o)", async (mode) => {
    writeFileSync(path, textOf("one"));
    chmodSync(path, mode);
    expect(await faultsNow()).toContain("can be changed by others");
  });

  it("is a folder", async () => {
    mkdirSync(path);
    expect(await faultsNow()).toBe("the file cannot be read (it is a folder, not a regular file)");
  });

  onPosix("a pipe, which nobody writes to", async () => {
    execFileSync("mkfifo", ["-m", "600", path]);
    expect(await faultsNow()).toBe("the file cannot be read (it is a pipe, not a regular file)");
  });

  onPosix("a link to nowhere", async () => {
    symlinkSync("nowhere", path);
    expect(await faultsNow()).toBe("the file cannot be read (ENOENT)");
  });

  it("is too large, or not text", async () => {
    writeFileSync(path, " ".repeat(1024 * 1024 + 1));
    expect(await faultsNow()).toBe("the file cannot be read (it is larger than 1024 KiB)");
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(await faultsNow()).toBe("the file cannot be read (it is not text in UTF-8)");
  });
});

describe("concurrent calls", () => {
  beforeEach(() => writeFileSync(path, textOf("one")));

  it("share one check", async () => {
    let looks = 0;
    const source = await watch((read) => {
      looks += 1;
      return read();
    });
    await Promise.all(Array.from({ length: 100 }, () => source.current()));
    expect(looks).toBe(1);
  });

  it("during many changes each get a complete version, and the last one wins", async () => {
    const source = await watch();
    const seen = new Set<string | undefined>();
    for (let version = 0; version < 200; version += 1) {
      // Also written in place, so that a partial file can be read.
      if (version % 3 === 0) replace(version % 2 === 0 ? textOf(`v${version}`) : "{");
      else writeFileSync(path, textOf(`v${version}`));
      const calls = Array.from({ length: 10 }, () => nameOf(source));
      for (const name of await Promise.all(calls)) seen.add(name);
    }
    replace(textOf("last"));
    expect(await nameOf(source)).toBe("last");
    expect(source.isStale()).toBe(false);
    for (const name of seen) expect(name).toMatch(/^(?:one|v\d+)$/);
    // At most one line per version, however many calls there are.
    expect(logs.length).toBeLessThanOrEqual(201);
  });

  it("continue while the disk hangs, which is logged once", async () => {
    let hangs = false;
    const source = await watch((read) => (hangs ? Promise.reject(new TooSlow()) : read()));
    hangs = true;
    for (let i = 0; i < 3; i += 1) expect(await nameOf(source)).toBe("one");
    expect(source.isStale()).toBe(true);
    expect(logs.map(({ msg }) => msg)).toEqual([expect.stringContaining("cannot be looked at")]);
    hangs = false;
    expect(await nameOf(source)).toBe("one");
    expect(source.isStale()).toBe(false);
  });

  it("survive a file that appears and disappears", async () => {
    const source = await watch();
    for (let i = 0; i < 20; i += 1) {
      unlinkSync(path);
      expect(await nameOf(source)).toBe(i === 0 ? "one" : `v${i - 1}`);
      writeFileSync(path, textOf(`v${i}`));
      expect(await nameOf(source)).toBe(`v${i}`);
    }
  });
});
