import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/args.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { ROOT } from "../support/sources.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
/** Made by a command, and not in a fresh checkout. */
const MADE = ["out", "dist", "package.json.before-pack"];

describe.each(["CONTRIBUTING.md", "SECURITY.md"])("%s", (name) => {
  const text = read(name);
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, inner]) => inner ?? "");

  it("names files that are there", () => {
    const files = code.filter((one) => /^(?:\.?[\w-]+\/)+[\w./-]*$|^[\w-]+\.(?:json|md|mjs|ts)$/.test(one));
    const missing = files.filter(
      (file) => !MADE.includes(file.split("/")[0] ?? "") && !existsSync(join(ROOT, file)),
    );
    expect(missing).toEqual([]);
    const tests = [...text.matchAll(/npx vitest run (\S+?)[` ]/g)].map(([, path]) => path ?? "");
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("names commands that are there", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const runs = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script ?? "");
    expect(runs.filter((script) => scripts[script] === undefined)).toEqual([]);
    const commands = [...text.matchAll(/node dist\/main\.js (\w+)/g)].map(([, command]) => command);
    expect(commands.filter((command) => !COMMANDS.some((known) => known === command))).toEqual([]);
  });

  it("names variables that are read", () => {
    const known = Object.values(SETTINGS).flatMap(({ env }) => [env, `${env}_FILE`]);
    const live = read("test/live/settings.ts");
    const named = [...text.matchAll(/\b(?:C1|CONDUCTORONE)_[A-Z_]+[A-Z]\b/g)].map(([variable]) => variable);
    expect(named.filter((variable) => !known.includes(variable) && !live.includes(variable))).toEqual([]);
  });
});
