import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";

describe("the pictures in docs/", () => {
  // `npm run svg` redraws them.
  it("show what the server answers today", { timeout: 60_000 }, async () => {
    await promisify(execFile)(process.execPath, [join(ROOT, "scripts", "svg.mjs"), "--check"]);
  });

  it.each(["conversation.svg", "demo.svg"])("%s has a text alternative and loads nothing", (name) => {
    const picture = readFileSync(join(ROOT, "docs", name), "utf8");
    expect(picture).toMatch(
      /<svg [^>]*role="img" aria-labelledby="title summary">\s*<title id="title">[^<]+</,
    );
    expect(picture).toContain('<desc id="summary">');
    expect(picture).not.toMatch(/<(?:script|image|style|foreignObject|use)\b|href=/);
  });

  it("demo.svg tells the job to its good end, and marks the steps that it leaves out", () => {
    const picture = readFileSync(join(ROOT, "docs", "demo.svg"), "utf8");
    const lines = [...picture.matchAll(/>([^<>]+)<\/text>/g)].map(([, line]) => line);
    const steps = lines.filter((line) => line === "…" || /^\d\. /.test(line ?? ""));
    expect(steps.map((line) => line?.slice(0, 2))).toEqual(["…", "3.", "4.", "5.", "6.", "…", "8.", "…"]);
    expect(lines.filter((line) => line?.startsWith("connection:"))).toEqual([
      "connection: failed",
      "connection: connected",
    ]);
  });
});
