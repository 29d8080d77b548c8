import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/sources.ts";

const FOLDER = join(ROOT, ".github", "workflows");
const files = readdirSync(FOLDER);

interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, { permissions: object; steps: { uses?: string; run?: string }[] }>>;
}

describe.each(files)("%s", (name) => {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const { permissions, jobs } = parse(text) as Workflow;

  it("may only read the repository, and uses no secret", () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) expect(job.permissions).toEqual({ contents: "read" });
    expect(text).not.toMatch(/secrets\.|pull_request_target|GITHUB_TOKEN/);
  });

  it("pins each action by commit and names its version", () => {
    const used = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(used.length).toBeGreaterThan(0);
    for (const line of used) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("runs the checks of .ci/run and nothing else", () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(commands).toEqual([".ci/run"]);
  });
});
