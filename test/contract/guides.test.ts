import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/args.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { ROOT } from "../support/sources.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
/** Files that a command creates, and that a fresh checkout lacks. */
const MADE = ["out", "dist", "package.json.before-pack"];

describe.each(["CONTRIBUTING.md", "SECURITY.md"])("%s", (name) => {
  const text = read(name);
  const code = [...text.matchAll(/`([^`\n]+)`/g)].map(([, inner]) => inner ?? "");

  it("names only files that exist", () => {
    const files = code.filter((one) => /^(?:\.?[\w-]+\/)+[\w./-]*$|^[\w-]+\.(?:json|md|mjs|ts)$/.test(one));
    const missing = files.filter(
      (file) => !MADE.includes(file.split("/")[0] ?? "") && !existsSync(join(ROOT, file)),
    );
    expect(missing).toEqual([]);
    const tests = [...text.matchAll(/npx vitest run (\S+?)[` ]/g)].map(([, path]) => path ?? "");
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("names only commands that exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const runs = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? "");
    expect(runs.filter((script) => scripts[script] === undefined)).toEqual([]);
    const commands = [...text.matchAll(/node dist\/main\.js (\w+)/g)].map(([, command]) => command);
    expect(commands.filter((command) => !COMMANDS.some((known) => known === command))).toEqual([]);
  });

  it("names only variables that the server reads", () => {
    const known = Object.values(SETTINGS).flatMap(({ env }) => [env, `${env}_FILE`]);
    const live = read("test/live/settings.ts");
    const named = [...text.matchAll(/\b(?:C1|CONDUCTORONE)_[A-Z_]+[A-Z]\b/g)].map(([variable]) => variable);
    expect(named.filter((variable) => !known.includes(variable) && !live.includes(variable))).toEqual([]);
  });
});

describe("docs/limits.md", () => {
  const FACTORS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 * 1024, minutes: 60 };

  /** Evaluates "1_000", "4 * 1024 * 1024" or "2 * MAX_BODY_BYTES", with constants of the same file or of src/http/body-size.ts. */
  function evaluate(expression: string, source: string): number {
    return expression.split("*").reduce((product, part) => {
      const word = part.trim().replaceAll("_", "");
      return product * (Number(word) || numberOf(part.trim(), source) || Number.NaN);
    }, 1);
  }
  function numberOf(name: string, source: string): number {
    const own = new RegExp(`\\b${name}(?: =|:) (\\d[\\w *]*)`).exec(source)?.[1];
    return evaluate(own ?? /MAX_BODY_BYTES = (.*);/.exec(read("src/http/body-size.ts"))?.[1] ?? "", source);
  }

  const rows = read("docs/limits.md")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .flatMap(([, what, bound = "", ...rest]) => {
      const [, name, file] = /`(\w+)` in `(\S+)`/.exec(rest.join(" ")) ?? [];
      return name && file ? [{ what, bound, name, file }] : [];
    });

  it.each(rows)("$what: $name", ({ bound, name, file }) => {
    const [, count = "", unit = ""] = /^([\d,]+) ?(\w*)/.exec(bound) ?? [];
    const scale = unit === "minutes" && !name.endsWith("_SECONDS") ? 1_000 : 1;
    const expected = Number(count.replaceAll(",", "")) * (FACTORS[unit] ?? 1) * scale;
    expect(numberOf(name, read(file))).toBe(expected);
  });

  it("lists more than 25 limits", () => {
    expect(rows.length).toBeGreaterThan(25);
  });
});

it("git ignores the folders in which the guides keep secrets", () => {
  const made = [...read("deploy/README.md").matchAll(/mkdir -p (\S+)/g)].map(([, folder]) => `${folder}/`);
  expect(made.length).toBeGreaterThan(1);
  const ignored = read(".gitignore").split("\n");
  expect(made.filter((folder) => !ignored.includes(folder))).toEqual([]);
});
