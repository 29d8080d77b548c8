import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: scripts have no types
import { packMcpb } from "../../../scripts/pack-mcpb.mjs";
// @ts-expect-error: scripts have no types
import { unpack } from "../../../scripts/unpack.mjs";
import { ROOT } from "../../support/sources.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pack-mcpb-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A checkout with a build, whose files are created in the given order. */
function createCheckout(name: string, files: readonly string[]): string {
  const root = join(folder, name);
  mkdirSync(join(root, "dist", "chunks"), { recursive: true });
  for (const part of ["scripts", "package.json", "manifest.json", "README.md", "CHANGELOG.md", "LICENSE"])
    cpSync(join(ROOT, part), join(root, part), { recursive: true });
  for (const [index, file] of files.entries()) {
    writeFileSync(join(root, "dist", file), `content of ${file}`);
    utimesSync(join(root, "dist", file), index * 1_000, index * 1_000);
  }
  return root;
}

describe("packMcpb", () => {
  const files = ["main.js", "sbom.cdx.json", "chunks/a.js", "chunks/b.js"];

  it("produces the same bytes from another folder, with other file times and another order", () => {
    const one = packMcpb(createCheckout("one", files)) as Buffer;
    const other = packMcpb(createCheckout("other folder", files.toReversed())) as Buffer;
    expect(one.equals(other)).toBe(true);
  });

  it("packs the build and its documentation, sorted, without Node's compile cache", () => {
    const root = createCheckout("compiled", files);
    mkdirSync(join(root, "dist", ".compile-cache", "v22"), { recursive: true });
    writeFileSync(join(root, "dist", ".compile-cache", "v22", "x"), "machine code");
    const contents = unpack(packMcpb(root)) as Map<string, Buffer>;
    expect([...contents.keys()]).toEqual(
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        ...files.map((file) => `dist/${file}`),
        "manifest.json",
        "package.json",
      ].sort(),
    );
    expect(contents.get("dist/chunks/a.js")?.toString()).toBe("content of chunks/a.js");
    expect(JSON.parse(contents.get("package.json")?.toString() ?? "")).not.toHaveProperty("dependencies");
  });
});
