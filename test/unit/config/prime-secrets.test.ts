import { mkdirSync, mkdtempSync, promises, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createSecretStore } from "../../../src/config/secret-store.ts";
import { createRedactor } from "../../../src/log/redact.ts";

let root: string;
let dir: string;
let now: number;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "secrets-"));
  dir = join(root, "dir");
  mkdirSync(dir);
  now = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

function open(env: Record<string, string> = {}, folder: string | undefined = dir) {
  const redactor = createRedactor();
  const store = createSecretStore({ env, dir: folder, redactor, now: () => now });
  const prime = () => {
    now += 1_000;
    return store.prime();
  };
  return { ...store, prime, redactor };
}

const put = (name: string, text: string) => writeFileSync(join(dir, name), text);

it("masks every secret, also beyond the fifty that are listed", async () => {
  for (let index = 0; index < 260; index += 1) put(`K${index}`, `secret-number-${index};\n`);
  const { prime, redactor } = open({
    C1_MCP_SECRET_Z: "secret-in-a-variable",
    C1_MCP_SECRET_K7: "of-both-7",
  });
  await prime();
  for (let index = 0; index < 260; index += 1) expect(redactor.redact(`secret-number-${index};`)).toBe("***");
  // A secret in two places is never used here, but may be used elsewhere.
  expect(redactor.redact("secret-in-a-variable of-both-7")).toBe("*** ***");
});

it("masks a file that was rotated after the first look, and the value that it had", async () => {
  put("OKTA", "old-good-token-0017");
  const { prime, redactor } = open();
  await prime();
  put("OKTA", "new-good-token-0018");
  await prime();
  expect(redactor.redact("old-good-token-0017 new-good-token-0018")).toBe("*** ***");
  rmSync(join(dir, "OKTA"));
  await prime();
  expect(redactor.redact("new-good-token-0018")).toBe("***");
});

it("goes on looking if the machine's clock was set back", async () => {
  put("OKTA", "old-good-token-0017");
  const { prime, redactor } = open();
  await prime();
  put("OKTA", "new-good-token-0018");
  now -= 3_600_000;
  await prime();
  expect(redactor.redact("new-good-token-0018")).toBe("***");
});

it("sees a value of the same length that was written within the same tick of the file's times", async () => {
  const soon = new Date();
  put("OKTA", "token-of-length-A");
  utimesSync(join(dir, "OKTA"), soon, soon);
  const { prime, redactor } = open();
  await prime();
  put("OKTA", "token-of-length-B");
  utimesSync(join(dir, "OKTA"), soon, soon);
  await prime();
  expect(redactor.redact("token-of-length-B")).toBe("***");
});

it("reads only what changed, and looks at most once a second", async () => {
  put("A", "the-value-of-file-a");
  put("B", "the-value-of-file-b");
  const real = promises.stat;
  const stat = vi.spyOn(promises, "stat").mockImplementation((async (path: string) => {
    // As if all files were old.
    return { ...(await real(path)), ctimeMs: 1 };
  }) as never);
  const opened = vi.spyOn(promises, "open");
  const { prime } = open();
  await prime();
  expect([stat.mock.calls.length, opened.mock.calls.length]).toEqual([2, 2]);
  for (let round = 0; round < 5; round += 1) await prime();
  expect([stat.mock.calls.length, opened.mock.calls.length]).toEqual([12, 2]);
  put("NEXT", "the-value-of-file-b, longer");
  renameSync(join(dir, "NEXT"), join(dir, "B"));
  await Promise.all([prime(), prime(), prime()]);
  expect([stat.mock.calls.length, opened.mock.calls.length]).toEqual([14, 3]);
});

it("never rejects, and keeps masked what it cannot read now", async () => {
  put("OKTA", "old-good-token-0017");
  put("SHORT", "7 chars");
  const { prime, redactor } = open();
  await prime();
  writeFileSync(join(dir, "OKTA"), Buffer.from([0xff, 0xfe, 0x41]));
  await prime();
  rmSync(dir, { recursive: true });
  await prime();
  expect(redactor.redact("old-good-token-0017 7 chars")).toBe("*** 7 chars");
  await expect(open({}, join(root, "nowhere")).prime()).resolves.toBeUndefined();
});
