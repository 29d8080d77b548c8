import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { ROOT } from "../../support/sources.ts";

const folder = mkdtempSync(join(tmpdir(), "mcpb-"));
afterEach(() => rmSync(folder, { recursive: true }));

it("a clone in which nothing is installed is told so in one sentence", () => {
  for (const part of ["scripts", "package.json", "manifest.json", "build.mjs"])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/mcpb.mjs"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect([status, stdout, stderr]).toEqual([
    1,
    "",
    expect.stringMatching(/^[^\n]*run `npm ci` first[^\n]*\n$/),
  ]);
  expect(existsSync(join(folder, "out"))).toBe(false);
});
