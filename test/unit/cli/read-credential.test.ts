import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Arguments } from "../../../src/cli/args.ts";
import { readCredential } from "../../../src/cli/read-credential.ts";
import type { ClientName } from "../../../src/init/clients.ts";

const ID = "otter@acme.conductor.one/pcc";
const SECRET = `secret-token:conductorone.com:v1:eyJrdHki${"x".repeat(120)}`;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "c1-read-"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

function read(args: Partial<Arguments>, env: Record<string, string> = {}, client: ClientName = "cursor") {
  const given = {
    command: "init",
    named: true,
    sandbox: false,
    help: false,
    version: false,
    flags: {},
  } as const;
  const at = { platform: "linux", env, home: cwd, cwd, node: "/usr/bin/node" } as const;
  return readCredential({ ...given, ...args }, client, at, undefined, () => undefined);
}

it("returns what was given, without the blanks around it", async () => {
  expect(await read({ clientId: ` ${ID} `, secretFile: " secret " })).toEqual({
    clientId: ID,
    secretFile: join(cwd, "secret"),
  });
});

it.each([
  [
    "a secret in place of its path",
    { clientId: ID, secretFile: SECRET },
    /^--secret-file takes the path of a file/,
  ],
  [
    "its key alone",
    { clientId: ID, secretFile: SECRET.slice(33) },
    /^--secret-file takes the path of a file/,
  ],
  ["a folder", { clientId: ID, secretFile: "." }, /^--secret-file names a folder/],
  [
    "a secret beside the id",
    { clientId: `${ID} ${SECRET}` },
    /^the client id holds more than a client id: a client/,
  ],
  [
    "an id that has no secret",
    { clientId: "otter@acme.conductor.one/wfe" },
    /^the client id is of a workload federation trust, which has no secret$/,
  ],
  ["an id in quotation marks", { clientId: `"${ID}"` }, /^the client id stands in quotation marks/],
])("refuses %s, without repeating it", async (_what, args, message) => {
  const refused = await read(args).then(undefined, (error: Error) => error.message);
  expect(refused).toMatch(message);
  expect(refused).not.toContain("xxx");
});

it("refuses a secret in the variable that names its file, unless the entry is to be removed", async () => {
  const env = { CONDUCTORONE_CLIENT_SECRET_FILE: SECRET };
  await expect(read({}, env)).rejects.toThrow(/^CONDUCTORONE_CLIENT_SECRET_FILE holds a client secret; /);
  expect(await read({ remove: true }, env)).toBeUndefined();
});

it("refuses an id of this terminal that has no secret, if Claude Desktop's entry would get it", async () => {
  const env = { CONDUCTORONE_CLIENT_ID: "otter@acme.conductor.one/wfe" };
  await expect(read({}, env, "claude-desktop")).rejects.toThrow(
    /^CONDUCTORONE_CLIENT_ID of this terminal is of a workload federation trust, which has no secret$/,
  );
  for (const args of [{ sandbox: true }, { remove: true }])
    expect(await read(args, env, "claude-desktop")).toBeUndefined();
  expect(await read({}, env)).toBeUndefined();
});
