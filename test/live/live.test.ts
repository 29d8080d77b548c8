import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";
import { runLive } from "./run.ts";
import { readLiveSettings } from "./settings.ts";

const say = (line: string) => void process.stdout.write(`${line}\n`);
const settings = readLiveSettings(process.env);
if ("skip" in settings) say(`Skipped: ${settings.skip}. CONTRIBUTING.md tells more.`);

describe.skipIf("skip" in settings)("on a live tenant", () => {
  it("the tools do the whole job, and the report answers what the documentation leaves open", async () => {
    if ("skip" in settings) return;
    const { markdown, failures } = await runLive(settings, say);
    const folder = join(ROOT, "out", "live");
    mkdirSync(folder, { recursive: true });
    const name = `${settings.tenant.tenant.replace(/[^\w.-]/g, "_")}-${new Date().toISOString().replace(/[:.]/g, "")}.md`;
    writeFileSync(join(folder, name), markdown);
    say(`Report: ${join("out", "live", name)}`);
    expect(failures).toEqual([]);
  });
});
