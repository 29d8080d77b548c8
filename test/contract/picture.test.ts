import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";

describe("docs/demo.svg", () => {
  // `npm run svg` draws it anew.
  it("shows what the demo prints today", { timeout: 60_000 }, async () => {
    await promisify(execFile)(process.execPath, [join(ROOT, "scripts", "svg.mjs"), "--check"]);
  });

  it("can be read without seeing it, and loads nothing", () => {
    const picture = readFileSync(join(ROOT, "docs", "demo.svg"), "utf8");
    expect(picture).toMatch(
      /<svg [^>]*role="img" aria-labelledby="title summary">\s*<title id="title">[^<]+</,
    );
    expect(picture).toContain('<desc id="summary">');
    expect(picture).not.toMatch(/<(?:script|image|style|foreignObject|use)\b|href=/);
  });
});
