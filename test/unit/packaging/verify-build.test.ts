import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT } from "../../support/sources.ts";

it.each([
  [
    "a file that is not there",
    join(tmpdir(), "none", "nope.tgz"),
    /^There is no file \S+nope\.tgz\. Give the path .*\n$/,
  ],
  ["a file of another kind", "README.md", /^README\.md is no package \(\.tgz or \.mcpb\)\. Give .*\n$/],
  ["nothing", "", /^Give the package to compare: .*\n$/],
])("verify-build of %s says so in one line, and exits with 2", (_what, path, told) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    join(ROOT, "scripts/verify-build.mjs"),
    path,
  ]);
  expect([status, String(stdout)]).toEqual([2, ""]);
  expect(String(stderr)).toMatch(told);
});
