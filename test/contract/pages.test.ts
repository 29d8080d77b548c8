import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/args.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { ROOT } from "../support/sources.ts";

/** Every page that people read. */
const PAGES = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "bench/RESULTS.md", "deploy/README.md"],
  ...readdirSync(join(ROOT, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** The text without code blocks, which contain no links. */
const prose = (page: string) =>
  read(page)
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/`[^`\n]*`/g, "");

function anchorsOf(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}

function blocksOf(page: string, language: string): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm");
  return [...read(page).matchAll(pattern)].map(([, block = ""]) => block);
}

describe.each(PAGES)("%s", (page) => {
  it("links only to files and headings that exist", () => {
    const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      if (/^https:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("names only variables that the server reads and commands that it has", () => {
    const text = read(page);
    const known = Object.values(SETTINGS).flatMap(({ env }) => [env, `${env}_FILE`]);
    const named = [...text.matchAll(/\b(?:C1_MCP|CONDUCTORONE)_[A-Z_]+[A-Z]\b/g)].map(([name]) => name);
    // Operators choose the names of connector secrets.
    expect(named.filter((name) => !known.includes(name) && !name.startsWith("C1_MCP_SECRET"))).toEqual([]);
    const commands = [...text.matchAll(/node dist\/main\.js ([a-z]\w*)/g)].map(([, command]) => command);
    expect(commands.filter((command) => ![...COMMANDS, "help"].some((one) => one === command))).toEqual([]);
  });

  it("has code blocks that parse as JSON or shell", () => {
    for (const block of blocksOf(page, "json")) expect(() => JSON.parse(block), block).not.toThrow();
    if (!existsSync("/bin/sh")) return;
    for (const block of blocksOf(page, "sh")) {
      const { status, stderr } = spawnSync("/bin/sh", ["-n"], { input: block, encoding: "utf8" });
      expect([status, stderr], block).toEqual([0, ""]);
    }
  });
});

it("no page runs us with npx, because nobody owns the package name yet", () => {
  for (const page of PAGES) expect(read(page), page).not.toMatch(/npx[^\n]*c1-admin-mcp(?!\/)/);
});

it("the README links to every page of docs", () => {
  const readme = read("README.md");
  const missing = PAGES.filter((page) => page.startsWith("docs/") && !readme.includes(`](${page})`));
  expect(missing).toEqual([]);
});
