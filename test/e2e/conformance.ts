import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleFixture } from "../fixture/bundle.ts";
import { ROOT } from "../support/sources.ts";
import { check, type Kit, startHttp } from "./kit.ts";
import type { Suite } from "./suite.ts";

const REVISIONS = ["2025-11-25", "2026-07-28"] as const;
type Revision = (typeof REVISIONS)[number];

/** The scenarios that the shipped server passes without any tool made for tests. */
const MUST_PASS: Record<Revision, readonly string[]> = {
  "2025-11-25": ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"],
  "2026-07-28": [
    "tools-list",
    "dns-rebinding-protection",
    "http-header-validation",
    "server-sse-multiple-streams",
    "sep-2164-resource-not-found",
    "input-required-result-unsupported-methods",
  ],
};

/** The four checks of `server-stateless` that call one of the suite's tools. The other twenty-four must pass. */
const NEED_A_TEST_TOOL = [
  "sep-2575-server-rejects-undeclared-capability",
  "sep-2575-missing-capability-http-400",
  "sep-2575-http-server-no-independent-requests-on-stream",
  "sep-2575-server-no-log-without-loglevel",
];

interface CheckResult {
  readonly id: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
}

/** Starts the fixture tools on the production HTTP front, adapters and router. */
async function startFixture(kit: Kit): Promise<string> {
  const script = await bundleFixture(join(kit.folder, "fixture"));
  const server = kit.start(await kit.node(), [script, "http"], { env: await kit.cleanEnv("fixture") });
  const [, url] = await server.seen("stderr", /"url":"([^"]+)"/);
  return url ?? "";
}

async function runSuite(kit: Kit, url: string, revision: Revision, results: string, more: string[] = []) {
  const prefix = await kit.install("@modelcontextprotocol/conformance", "0.2.0-alpha.12");
  const script = join(prefix, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
  const args = [script, "server", "--url", url, "--requirements", revision, "-o", results, ...more];
  const env = await kit.cleanEnv("conformance");
  return kit.run(await kit.node(), args, { env, timeoutMs: 300_000 });
}

/** Reads the results of all checks, by scenario, from the suite's files. */
async function readResults(folder: string): Promise<Map<string, CheckResult[]>> {
  const found = new Map<string, CheckResult[]>();
  for (const name of await readdir(folder)) {
    const scenario = name.replace(/^server-/, "").replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");
    found.set(scenario, JSON.parse(await readFile(join(folder, name, "checks.json"), "utf8")));
  }
  return found;
}

const failuresOf = (checks: readonly CheckResult[]) =>
  checks.filter(({ status }) => status === "FAILURE").map(({ id }) => id);

async function checkFixture(kit: Kit, revision: Revision): Promise<string> {
  const url = await startFixture(kit);
  const results = join(kit.folder, `fixture-${revision}`);
  const baseline = join(ROOT, "test", "e2e", `baseline-${revision}.yml`);
  const ended = await runSuite(kit, url, revision, results, ["--expected-failures", baseline]);
  // The part after the summary lists stale baseline entries and unexpected failures.
  const verdict = ended.stdout.match(/\n\S*(?:Stale|Unexpected).*$/s)?.[0] ?? ended.stdout.slice(-800);
  check(ended.code === 0, "unexpected failures or a stale baseline", `${verdict}\n${ended.stderr}`);
  const all = [...(await readResults(results)).values()].flat();
  const failed = all.filter(({ status }) => status === "FAILURE" || status === "WARNING").length;
  const passed = all.filter(({ status }) => status === "SUCCESS").length;
  return `${passed} checks pass, ${failed} are in the baseline`;
}

async function checkPlain(kit: Kit, revision: Revision): Promise<string> {
  const url = await startHttp(kit);
  const folder = join(kit.folder, `plain-${revision}`);
  await runSuite(kit, url, revision, folder);
  const results = await readResults(folder);
  for (const scenario of MUST_PASS[revision]) {
    const checks = results.get(scenario);
    check(checks, `${scenario} did not run`);
    check(failuresOf(checks).length === 0, `${scenario} fails`, failuresOf(checks));
    check(
      checks.some(({ status }) => status === "SUCCESS"),
      `${scenario} checks nothing`,
    );
  }
  if (revision === "2026-07-28") {
    const failed = failuresOf(results.get("server-stateless") ?? [{ id: "did not run", status: "FAILURE" }]);
    const unexpected = failed.filter((id) => !NEED_A_TEST_TOOL.includes(id));
    check(
      unexpected.length === 0,
      "server-stateless fails more than the suite's own tools explain",
      unexpected,
    );
  }
  return `${MUST_PASS[revision].length} scenarios`;
}

export const conformance: Suite = {
  name: "conformance",
  what: "the official suite 0.2.0-alpha.12 against both eras over HTTP",
  checks: [
    ...REVISIONS.map((revision) => ({
      name: `${revision}: the fixture tools fail exactly the checks in the baseline`,
      run: (kit: Kit) => checkFixture(kit, revision),
    })),
    ...REVISIONS.map((revision) => ({
      name: `${revision}: the shipped server passes every required scenario`,
      run: (kit: Kit) => checkPlain(kit, revision),
    })),
  ],
};
