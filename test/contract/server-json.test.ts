import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { registryEntry } from "../support/packages.ts";
import { ROOT } from "../support/sources.ts";

interface Entry {
  [key: string]: unknown;
  packages: [{ [key: string]: unknown; environmentVariables: Record<string, unknown>[] }];
}

/** The template, with the namespace filled in as for a release. */
function readFilled(): Entry {
  const text = readFileSync(join(ROOT, "server.json"), "utf8").replaceAll("OWNER", "acme");
  return JSON.parse(text) as Entry;
}

function verdictOn(change: (entry: Entry) => void): string[] {
  const entry = readFilled();
  change(entry);
  const { error } = registryEntry.safeParse(entry);
  return error?.issues.map(({ path }) => path.join(".")) ?? [];
}

describe("server.json", () => {
  it("is valid for the registry once its namespace is filled in", () => {
    expect(verdictOn(() => undefined)).toEqual([]);
    expect(readFilled().name).toBe("io.github.acme/c1-admin-mcp");
  });

  it.each<readonly [where: string, what: string, change: (entry: Entry) => void]>([
    ["name", "no slash", (entry) => Object.assign(entry, { name: "io.github.acme" })],
    ["name", "two slashes", (entry) => Object.assign(entry, { name: "io.github.acme/c1/mcp" })],
    ["name", "over 200 characters", (entry) => Object.assign(entry, { name: `a/${"b".repeat(199)}` })],
    ["title", "over 100 characters", (entry) => Object.assign(entry, { title: "x".repeat(101) })],
    ["description", "over 100 characters", (entry) => Object.assign(entry, { description: "x".repeat(101) })],
    ["description", "missing", (entry) => Object.assign(entry, { description: undefined })],
    ["version", "a range", (entry) => Object.assign(entry, { version: "^0.1.0" })],
    [
      "repository.url",
      "no address",
      (entry) => Object.assign(entry, { repository: { url: "x", source: "github" } }),
    ],
    [
      "repository.source",
      "missing",
      (entry) => Object.assign(entry, { repository: { url: "https://a.example" } }),
    ],
    [
      "packages.0.version",
      "not one version",
      ({ packages }) => Object.assign(packages[0], { version: "latest" }),
    ],
    ["packages.0.version", "empty", ({ packages }) => Object.assign(packages[0], { version: "" })],
    [
      "packages.0.registryType",
      "missing",
      ({ packages }) => Object.assign(packages[0], { registryType: undefined }),
    ],
    [
      "packages.0.transport.type",
      "unknown",
      ({ packages }) => Object.assign(packages[0], { transport: { type: "pipe" } }),
    ],
    [
      "packages.0.environmentVariables.0.name",
      "missing",
      ({ packages }) => delete packages[0].environmentVariables[0]?.name,
    ],
    [
      "packages.0.environmentVariables.0.format",
      "unknown",
      ({ packages }) => Object.assign(packages[0].environmentVariables[0] ?? {}, { format: "path" }),
    ],
    [
      "packages.0.environmentVariables.0.default",
      "no text",
      ({ packages }) => Object.assign(packages[0].environmentVariables[0] ?? {}, { default: 1 }),
    ],
    [
      "packages.0.environmentVariables.0.choices.0",
      "no text",
      ({ packages }) => Object.assign(packages[0].environmentVariables[0] ?? {}, { choices: [1] }),
    ],
  ])("%s: %s is refused", (where, _what, change) => {
    expect(verdictOn(change)).toEqual([where]);
  });
});
