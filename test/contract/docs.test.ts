import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SETTINGS } from "../../src/config/schema.ts";
import { TOOL_NAMES } from "../../src/config/tool-names.ts";
import { FAILURE_CODES } from "../../src/errors.ts";
import { NAME, VERSION } from "../../src/version.ts";
import { nameTools, WITH_PARTS, withTools } from "../support/generated.ts";
import { ROOT } from "../support/sources.ts";

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");

describe("README", () => {
  it("names every tool", () => {
    const readme = read("README.md");
    expect(TOOL_NAMES.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it("has at most 130 lines", () => {
    expect(read("README.md").split("\n").length).toBeLessThanOrEqual(130);
  });
});

// `npm run docs` regenerates them.
it.each(Object.entries(WITH_PARTS))("%s contains its generated part, up to date", async (path, withPart) => {
  await expect(await withPart(read(path))).toMatchFileSnapshot(join(ROOT, path));
});

it("docs/errors.md explains every failure", () => {
  const page = read("docs/errors.md");
  expect(FAILURE_CODES.filter((code) => !page.includes(`\`[${code}]`))).toEqual([]);
});

// `npm run docs` regenerates these, too.
it("tool names in the settings and in the bundle match the tools in the code", async () => {
  await expect(nameTools()).toMatchFileSnapshot(join(ROOT, "src/config/tool-names.ts"));
  await expect(withTools(read("manifest.json"))).toMatchFileSnapshot(join(ROOT, "manifest.json"));
});

describe("mcp.json", () => {
  const servers = (JSON.parse(read("mcp.json")) as { mcpServers: Record<string, Record<string, unknown>> })
    .mcpServers;

  it("has a stdio and an http entry, with placeholders for everything that varies", () => {
    expect(servers.c1).toMatchObject({ type: "stdio", command: "node", args: ["dist/main.js", "stdio"] });
    expect(servers["c1-http"]).toMatchObject({
      type: "http",
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
    });
    for (const [name, value] of Object.entries((servers.c1?.env ?? {}) as Record<string, string>)) {
      expect(value).toBe(`\${${name}}`);
      expect(Object.values(SETTINGS).map(({ env }) => env as string)).toContain(name);
    }
  });
});

describe("version", () => {
  it("is the same everywhere", () => {
    const manifest = JSON.parse(read("package.json")) as {
      name: string;
      version: string;
      bin: Record<string, string>;
    };
    const lock = JSON.parse(read("package-lock.json")) as { name: string; version: string };
    expect([manifest.name, lock.name]).toEqual([NAME, NAME]);
    expect([manifest.version, lock.version]).toEqual([VERSION, VERSION]);
    expect(manifest.bin).toEqual({ [NAME]: "dist/main.js" });
  });
});
