import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, promises, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { createReadInTime } from "../../../src/config/read-in-time.ts";
import { createSecretStore } from "../../../src/config/secret-store.ts";
import type { Failure } from "../../../src/errors.ts";
import { formatFailure } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { waitFor } from "../../support/wait-for.ts";

let root: string;
let dir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "secrets-"));
  dir = join(root, "dir");
  mkdirSync(dir);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

function open(env: Record<string, string> = {}, folder: string | null = dir) {
  const redactor = createRedactor();
  return { redactor, ...createSecretStore({ env, dir: folder ?? undefined, redactor }) };
}

async function problemOf(reading: Promise<string>): Promise<string> {
  const failure: Failure = await reading.then(
    () => Promise.reject(new Error("it was read")),
    (error: Failure) => error,
  );
  expect(failure).toMatchObject({ changed: "no" });
  return formatFailure(failure);
}

const TOO_SHORT = "it is too short (at least 8 characters are needed to keep it out of what is shown)";

const put = (name: string, text: string | Buffer) => writeFileSync(join(dir, name), text);

describe("reading", () => {
  it("returns a variable or a file, without trailing line ends but otherwise unchanged", async () => {
    put("FILE", " in a file \r\n\n");
    put("PEM", "line one\nline two\n");
    const store = open({ C1_MCP_SECRET_VARIABLE: " in a variable \n", C1_MCP_SECRET_X_FILE: "/not/a/path" });
    expect(await store.read("VARIABLE")).toBe(" in a variable ");
    expect(await store.read("FILE")).toBe(" in a file ");
    expect(await store.read("PEM")).toBe("line one\nline two");
    // `_FILE` is a part of the secret's name here.
    expect(await store.read("X_FILE")).toBe("/not/a/path");
  });

  it("masks what was read, in every encoding", async () => {
    put("PEM", 'line "one"\nline two\n');
    const { read, redactor } = open({ C1_MCP_SECRET_OKTA: "okta-hunter22" });
    expect(redactor.redact("okta-hunter22")).toBe("okta-hunter22");
    await read("OKTA");
    await read("PEM");
    expect(redactor.redact('okta-hunter22 {"x":"line \\"one\\"\\nline two"} line two')).toBe(
      '*** {"x":"***"} ***',
    );
  });

  it("reads a file each time, and keeps old values masked up to a bound", async () => {
    const { read, redactor } = open();
    for (let round = 0; round < 205; round += 1) {
      put("ROTATING", `value-of-round-${round};`);
      expect(await read("ROTATING")).toBe(`value-of-round-${round};`);
    }
    expect(redactor.redact("value-of-round-204; value-of-round-10;")).toBe("*** ***");
    expect(redactor.redact("value-of-round-0;")).toBe("value-of-round-0;");
  });

  it("returns the value that was read last, not first", async () => {
    const names = Array.from({ length: 200 }, (_, index) => `N${index}`);
    const env = Object.fromEntries(names.map((name) => [`C1_MCP_SECRET_${name}`, `value-of-${name};`]));
    const { read, redactor } = open({ ...env, C1_MCP_SECRET_LAST: "value-of-last;" });
    for (const name of [...names, "N0", "LAST"]) await read(name);
    expect(redactor.redact("value-of-N0; value-of-N1; value-of-N2;")).toBe("*** value-of-N1; ***");
  });

  it("forgets nothing if one value is read often", async () => {
    const { read, redactor } = open({ C1_MCP_SECRET_A: "value-of-a", C1_MCP_SECRET_B: "value-of-b" });
    await read("A");
    for (let round = 0; round < 300; round += 1) await read("B");
    expect(redactor.redact("value-of-a value-of-b")).toBe("*** ***");
  });

  it("follows links inside the folder, as Kubernetes mounts them", async () => {
    mkdirSync(join(dir, "..data-1"));
    writeFileSync(join(dir, "..data-1", "TOKEN"), "mounted-token");
    symlinkSync("..data-1", join(dir, "..data"));
    symlinkSync(join("..data", "TOKEN"), join(dir, "TOKEN"));
    expect(await open().read("TOKEN")).toBe("mounted-token");
    symlinkSync(dir, join(root, "link"));
    expect(await open({}, join(root, "link")).read("TOKEN")).toBe("mounted-token");
  });
});

describe("refusing", () => {
  it("a missing secret: names both places and the existing secrets", async () => {
    put("OTHER", "x");
    expect(await problemOf(open({ C1_MCP_SECRET_MINE: "hunter22" }).read("OKTA"))).toBe(
      "[not_configured] The server has no secret OKTA. Configured secrets: MINE, OTHER. Nothing was changed. Refer to one of those, or ask the operator of the server to put it into the variable C1_MCP_SECRET_OKTA or into a file OKTA in the folder that C1_MCP_SECRETS_DIR names.",
    );
    expect(await problemOf(open({}, null).read("OKTA"))).toBe(
      "[not_configured] The server has no secret OKTA. Configured secrets: none. Nothing was changed. Ask the operator of the server to put it into the variable C1_MCP_SECRET_OKTA or into a file OKTA in the folder that C1_MCP_SECRETS_DIR names.",
    );
  });

  it.each([
    ["OKTA_PROD.txt", '"OKTA_PROD.txt"'],
    ["okta prod", '"okta prod"'],
    ["Okta-Prod.key", '"Okta-Prod.key"'],
    ["okta\u202eprod", '"okta prod"'],
    ["okta.prod", '"okta.prod"'],
  ])("a missing secret: names the file %j that was meant", async (file, shown) => {
    put(file, "okta-hunter22");
    expect(await problemOf(open().read("OKTA_PROD"))).toBe(
      `[not_configured] The server has no secret OKTA_PROD. Configured secrets: none. The file ${shown} in the folder that C1_MCP_SECRETS_DIR names is ignored because of its name. Nothing was changed. Ask the operator of the server to rename that file to OKTA_PROD.`,
    );
    expect(await problemOf(open().read("OTHER"))).not.toContain("ignored");
  });

  it("a secret in two places", async () => {
    put("OKTA", "from the file");
    const text = await problemOf(open({ C1_MCP_SECRET_OKTA: "hunter22" }).read("OKTA"));
    expect(text).toContain(
      "is in two places: the variable C1_MCP_SECRET_OKTA and a file of that name in C1_MCP_SECRETS_DIR",
    );
    expect(text).not.toContain("hunter22");
  });

  it("an empty variable, as not set", async () => {
    put("OKTA", "from the file");
    expect(await open({ C1_MCP_SECRET_OKTA: "" }).read("OKTA")).toBe("from the file");
  });

  it.each<[string, () => void, string]>([
    ["an empty file", () => put("BAD", "\n"), "it is empty"],
    ["a blank file", () => put("BAD", "  \n"), "it is empty"],
    ["a placeholder", () => put("BAD", "$\u007bOKTA}"), "the client did not fill in its placeholder"],
    ["a file of seven characters", () => put("BAD", " hunter2\n"), TOO_SHORT],
    ["a folder", () => mkdirSync(join(dir, "BAD")), "it is a folder, not a regular file"],
    ["a file of more than 64 KiB", () => put("BAD", "x".repeat(65_537)), "it is larger than 64 KiB"],
    ["bytes that are no text", () => put("BAD", Buffer.from([0xff, 0xfe, 0x41])), "it is not text in UTF-8"],
    [
      "a link out of the folder",
      () => {
        writeFileSync(join(root, "outside"), "outside-secret");
        symlinkSync(join("..", "outside"), join(dir, "BAD"));
      },
      "it leads out of the folder",
    ],
    [
      "a link to a neighbour whose name begins alike",
      () => {
        mkdirSync(`${dir}-2`);
        writeFileSync(join(`${dir}-2`, "F"), "outside-secret");
        symlinkSync(join(`${dir}-2`, "F"), join(dir, "BAD"));
      },
      "it leads out of the folder",
    ],
    [
      "a pipe, without waiting for it",
      () => execFileSync("mkfifo", [join(dir, "BAD")]),
      "it is a pipe, not a regular file",
    ],
  ])("%s", async (_name, arrange, reason) => {
    arrange();
    expect(await problemOf(open().read("BAD"))).toBe(
      `[not_configured] The secret BAD cannot be used: ${reason}. Nothing was changed. The operator of the server must correct it, in C1_MCP_SECRET_BAD or C1_MCP_SECRETS_DIR.`,
    );
  });

  it.skipIf(process.getuid?.() === 0)("a file without read permission", async () => {
    put("BAD", "x");
    chmodSync(join(dir, "BAD"), 0);
    expect(await problemOf(open().read("BAD"))).toContain("EACCES");
  });

  it("a hanging folder, for all its secrets at once", async () => {
    put("OKTA", "from the file");
    const clock = createFakeClock();
    const inTime = createReadInTime(undefined, clock);
    const store = createSecretStore({ env: {}, dir, redactor: createRedactor(), inTime });
    const realpath = vi.spyOn(promises, "realpath").mockReturnValue(new Promise(() => undefined));
    const problems = ["OKTA", "OTHER"].map((name) => problemOf(store.read(name)));
    await waitFor(() => expect(realpath).toHaveBeenCalled());
    clock.advance(5_000);
    const [okta, other] = await Promise.all(problems);
    realpath.mockRestore();
    expect(okta).toBe(
      "[unavailable] The secret OKTA cannot be read: the folder that C1_MCP_SECRETS_DIR names takes too long. Its disk or mount may hang. Nothing was changed. Try again in a moment.",
    );
    expect(other).toContain("The secret OTHER cannot be read");
    expect(await store.names()).toEqual([]);
  });

  it("a variable of seven characters, but not one of eight", async () => {
    const { read } = open({ C1_MCP_SECRET_SHORT: "hunter2", C1_MCP_SECRET_LONG: "hunter22" });
    expect(await problemOf(read("SHORT"))).toContain(`The secret SHORT cannot be used: ${TOO_SHORT}.`);
    expect(await read("LONG")).toBe("hunter22");
  });

  it("but accepts a file of exactly 64 KiB", async () => {
    put("BIG", "x".repeat(65_536));
    expect(await open().read("BIG")).toHaveLength(65_536);
  });

  it.each([
    "",
    "okta",
    "../OKTA",
    "A/B",
    "A\\B",
    "1A",
    "_A",
    "A-B",
    "A.B",
    ".",
    "A\u0000",
    "A\n",
    `A${"B".repeat(128)}`,
  ])("%j as a name, without repeating it", async (name) => {
    const text = await problemOf(open({ [`C1_MCP_SECRET_${name}`]: "x" }).read(name));
    expect(text).toBe(
      "[invalid_arguments] That is no name of a secret: capital letters, digits and _, a letter first, at most 128. Nothing was changed.",
    );
  });
});

describe("names", () => {
  it("lists variables and files together: sorted, without duplicates, only valid ones, at most fifty", async () => {
    for (const name of ["B", "A", "lower", "..data", "X-Y"]) put(name, "x");
    mkdirSync(join(dir, "FOLDER"));
    const env = {
      C1_MCP_SECRET_C: "x",
      C1_MCP_SECRET_A: "x",
      C1_MCP_SECRET_EMPTY: "",
      C1_MCP_SECRET_bad: "x",
      OTHER: "x",
    };
    expect(await open(env).names()).toEqual(["A", "B", "C"]);
    expect(await open(env, join(root, "nowhere")).names()).toEqual(["A", "C"]);
    expect(await open(env, null).names()).toEqual(["A", "C"]);
    for (let index = 0; index < 60; index += 1) put(`N${index}`, "x");
    expect(await open().names()).toHaveLength(50);
  });
});

describe("the configuration", () => {
  const load = (env: Record<string, string>) => {
    const configuration = loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });
    return {
      ...configuration,
      lines: configuration.problems.map(({ setting, message }) => `${setting} ${message}`),
    };
  };

  it("includes the store, and refuses literal secrets unless they are allowed", async () => {
    put("FILE", "from the file");
    const { lines, settings, secretStore } = load({
      C1_MCP_SECRETS_DIR: dir,
      C1_MCP_SECRET_OKTA: "okta-hunter22",
    });
    expect(lines).toEqual([]);
    expect(settings.inlineSecrets).toBe("refuse");
    expect(await secretStore.names()).toEqual(["FILE", "OKTA"]);
    expect(load({ C1_MCP_INLINE_SECRETS: "allow" }).settings.inlineSecrets).toBe("allow");
  });

  it.each([
    ["C1_MCP_SECRETS_DIRR", "/x", "is not a setting of this server: did you mean C1_MCP_SECRETS_DIR?"],
    ["C1_MCP_SECRET_DIR", "/x", "is not a setting of this server: did you mean C1_MCP_SECRETS_DIR?"],
    [
      "C1_MCP_SECRET_lower",
      "hunter22",
      "does not name a secret: after C1_MCP_SECRET_ come capital letters, digits and _, a letter first, at most 128",
    ],
    ["C1_MCP_SECRET_", "hunter22", "is not a setting of this server"],
    ["C1_MCP_INLINE_SECRETS", "yes", "must be refuse or allow"],
    ["C1_MCP_SECRETS_DIR", "/nowhere/at/all", "names a folder that does not exist"],
  ])("%s=%s is a problem", (name, value, message) => {
    expect(load({ [name]: value }).lines).toEqual([expect.stringContaining(`${name} ${message}`)]);
  });

  it("does not accept a file as the folder", () => {
    put("FILE", "x");
    expect(load({ C1_MCP_SECRETS_DIR: join(dir, "FILE") }).lines).toHaveLength(1);
  });
});
