import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fresh-clone-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each(["demo", "build", "test"])("before `npm ci`, %s says in one sentence what is missing", (script) => {
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  cpSync(join(ROOT, "build.mjs"), join(folder, "build.mjs"));
  cpSync(join(ROOT, "scripts"), join(folder, "scripts"), { recursive: true });
  const options = { cwd: folder, encoding: "utf8", shell: process.platform === "win32" } as const;
  expect(spawnSync("npm", ["run", "--silent", script], options)).toMatchObject({
    status: 1,
    stdout: "",
    stderr: "Run `npm ci` first: it installs what this needs, and builds the server.\n",
  });
  mkdirSync(join(folder, "dist"));
  writeFileSync(join(folder, "dist", "main.js"), "");
  expect(spawnSync(process.execPath, [join(folder, "scripts", "require-install.mjs")]).status).toBe(0);
});
