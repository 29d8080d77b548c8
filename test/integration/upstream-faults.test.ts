import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/start.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Outcome, type Rig } from "../support/rig.ts";
import { didRun, WRITES, type WriteCase } from "../support/write-cases.ts";

async function open(done: (close: () => Promise<void>) => void): Promise<Rig> {
  const rig = await createRig({ clock: createLeapingClock(), maxResponseBytes: 64 * 1024 });
  done(() => rig.close());
  return rig;
}

type Changed = "no" | "maybe" | "yes";

interface Expected {
  /** A failure code, or "ok". */
  readonly outcome: string;
  readonly changed: Changed;
  /** The next step that the text must contain. */
  readonly next?: RegExp;
  /** How many times the write may reach the tenant; default once. */
  readonly sends?: number;
  /** Whether the result must say that a look-up found the object. */
  readonly recovered?: true;
}

interface Row {
  readonly fault: string;
  readonly do: Fault;
  /** Number of requests with the fault; default one. */
  readonly times?: number;
  /** The outcome of a write if the fault replaces the operation, and if it only replaces the response. */
  readonly before: Expected;
  readonly after?: Expected;
}

/** No answer: if the object exists, a look-up finds it; otherwise it may still be on its way. */
const UNCLEAR_BEFORE: Expected = { outcome: "outcome_unknown", changed: "maybe", next: /not known\. Look / };
const UNCLEAR_AFTER: Expected = { outcome: "ok", changed: "yes", recovered: true };

const status = (code: number, headers?: Record<string, string>): Fault => ({
  kind: "status",
  status: code,
  ...(headers && { headers }),
});

const ROWS: readonly Row[] = [
  {
    fault: "400",
    do: status(400),
    before: { outcome: "rejected", changed: "no", next: /injected fault.*changed\. (Correct|Check)/ },
  },
  {
    fault: "401 once",
    do: status(401),
    before: { outcome: "ok", changed: "yes", sends: 2 },
  },
  {
    fault: "401 again and again",
    do: status(401),
    times: Number.POSITIVE_INFINITY,
    before: { outcome: "not_authenticated", changed: "no", next: /Check the C1 credential/, sends: 2 },
  },
  {
    fault: "403",
    do: status(403),
    before: { outcome: "forbidden", changed: "no", next: /Admin.*Ask a C1 administrator/ },
  },
  { fault: "404", do: status(404), before: { outcome: "not_found", changed: "no", next: /Check the ids/ } },
  {
    fault: "409",
    do: status(409),
    before: { outcome: "rejected", changed: "no", next: /conflict.*Look at/ },
  },
  {
    fault: "429 for an hour",
    do: status(429, { "retry-after": "3600" }),
    before: { outcome: "rate_limited", changed: "no", next: /Try again in 3600 s\./ },
  },
  {
    fault: "429 for two seconds",
    do: status(429, { "retry-after": "2" }),
    before: { outcome: "ok", changed: "yes", sends: 2 },
  },
  {
    fault: "429 without end",
    do: status(429, { "retry-after": "1" }),
    times: Number.POSITIVE_INFINITY,
    before: { outcome: "rate_limited", changed: "no", next: /Try again in 1 s\./, sends: 5 },
  },
  ...[408, 499, 500, 501, 502, 503, 504].map((code) => ({
    fault: String(code),
    do: status(code),
    before: UNCLEAR_BEFORE,
    after: UNCLEAR_AFTER,
  })),
  { fault: "503 with Retry-After", do: status(503, { "retry-after": "1" }), before: UNCLEAR_BEFORE },
  { fault: "HTML with 200", do: { kind: "html" }, before: UNCLEAR_BEFORE, after: UNCLEAR_AFTER },
  { fault: "nothing with 200", do: { kind: "empty" }, before: UNCLEAR_BEFORE, after: UNCLEAR_AFTER },
  {
    fault: "plain text with 200",
    do: { kind: "text", status: 200, body: "OK" },
    before: UNCLEAR_BEFORE,
    after: UNCLEAR_AFTER,
  },
  {
    fault: "JSON without the object",
    do: { kind: "status", status: 200, body: { app: null, connectorView: null } },
    before: UNCLEAR_BEFORE,
    after: UNCLEAR_AFTER,
  },
  { fault: "silence", do: { kind: "silence" }, before: UNCLEAR_BEFORE, after: UNCLEAR_AFTER },
  { fault: "a reset", do: { kind: "reset" }, before: UNCLEAR_BEFORE, after: UNCLEAR_AFTER },
  { fault: "half an answer", do: { kind: "truncate" }, before: UNCLEAR_BEFORE, after: UNCLEAR_AFTER },
  {
    fault: "a huge answer",
    do: { kind: "oversize", bytes: 100_000 },
    before: UNCLEAR_BEFORE,
    after: UNCLEAR_AFTER,
  },
  {
    fault: "a redirect elsewhere",
    do: { kind: "redirect", status: 307, location: "http://evil.example/api" },
    before: { outcome: "unavailable", changed: "no", next: /Set the tenant address/ },
  },
];

/** Expectations that differ for one of the writes. */
function expectedOf(row: Row, write: WriteCase, when: "before" | "after"): Expected | undefined {
  const owner = write.tool === "add_connector_user_owner";
  // A conflict about an owner can only mean that the row exists, so it must exist.
  if (owner && row.fault === "409") return when === "after" ? { outcome: "ok", changed: "no" } : undefined;
  return row[when];
}

const CASES = WRITES.flatMap((write) =>
  ROWS.flatMap((row) =>
    (["before", "after"] as const).flatMap((when) => {
      const expected = expectedOf(row, write, when);
      return expected === undefined
        ? []
        : [{ name: write.name, fault: row.fault, when, write, row, expected }];
    }),
  ),
);

const SENTENCES: Record<Changed, RegExp> = {
  no: /Nothing was changed\./,
  maybe: /Whether anything was changed is not known\./,
  yes: /^(?!.*(Nothing was changed|not known))/,
};

/** Checks the answer against the tenant, the audit records and the number of writes sent. */
function expectTruth(rig: Rig, write: WriteCase, outcome: Outcome, expected: Expected): void {
  const ran = didRun(rig, write);
  if (outcome.text.includes("Nothing was changed.")) expect(ran).toBe(false);
  if (!outcome.isError) expect(ran).toBe(true);
  expect(outcome.value.recovered).toBe(expected.recovered);
  expect(rig.sandbox.state[write.rows].length - write.seeded).toBeLessThanOrEqual(1);
  expect(rig.writes().map(({ operation }) => operation)).toEqual(
    Array.from({ length: expected.sends ?? 1 }, () => write.operation),
  );
  expect(rig.audits).toHaveLength(1);
  const [audit] = rig.audits;
  expect(audit).toMatchObject({ tool: write.tool, outcome: expected.outcome, changed: expected.changed });
  expect(audit?.targets).toBeDefined();
}

async function expectStillWorks(rig: Rig): Promise<void> {
  rig.sandbox.faults.clear();
  rig.sandbox.allowAll();
  const { isError, value, text } = await rig.call("whoami", {});
  expect(isError, text).toBe(false);
  expect(value.tenant).toBe("sandbox");
}

describe("a write under a fault", () => {
  it.for(CASES)("$name, $fault, $when the commit: $expected.outcome", async ({ write, row, when, expected }, {
    onTestFinished,
  }) => {
    const rig = await open(onTestFinished);
    rig.sandbox.faults.add({
      match: { operation: write.operation },
      do: row.do,
      when,
      ...(row.times !== undefined && { times: row.times }),
    });
    const outcome = await rig.call(write.tool, write.args);
    const code = outcome.isError ? /^\[([a-z_]+)\] /.exec(outcome.text)?.[1] : "ok";
    expect(code, outcome.text).toBe(expected.outcome);
    if (outcome.isError) {
      expect(outcome.text).toMatch(SENTENCES[expected.changed]);
      // The next step comes last.
      expect(outcome.text).toMatch(/(changed|not known)\. \S.*\.$/);
      if (expected.next) expect(outcome.text).toMatch(expected.next);
    }
    expectTruth(rig, write, outcome, expected);
    await expectStillWorks(rig);
  });
});

const READS = [
  { tool: "whoami", operation: "auth.introspect", args: {} },
  { tool: "find_users", operation: "users.search", args: { query: "jane" } },
  {
    tool: "create_app",
    operation: "users.search",
    args: { displayName: "A", owners: ["jane.doe@acme.example"] },
  },
];

const READ_ROWS: readonly [fault: string, what: Fault, code: string][] = [
  ["400", status(400), "rejected"],
  ["401", status(401), "not_authenticated"],
  ["403", status(403), "forbidden"],
  ["404", status(404), "not_found"],
  ["429 for an hour", status(429, { "retry-after": "3600" }), "rate_limited"],
  ...[500, 502, 503, 504].map((code): [string, Fault, string] => [String(code), status(code), "unavailable"]),
  ["HTML with 200", { kind: "html" }, "unavailable"],
  ["nothing with 200", { kind: "empty" }, "unavailable"],
  ["silence", { kind: "silence" }, "unavailable"],
  ["a reset", { kind: "reset" }, "unavailable"],
  ["half an answer", { kind: "truncate" }, "unavailable"],
  ["a huge answer", { kind: "oversize", bytes: 100_000 }, "unavailable"],
  ["a redirect", { kind: "redirect", status: 301, location: "/api/v1/users" }, "unavailable"],
];

describe("a required read that keeps failing", () => {
  const cases = READS.flatMap((read) =>
    READ_ROWS.map(([fault, what, code]) => ({ ...read, fault, what, code })),
  );
  it.for(cases)("$tool, $operation, $fault: $code", async ({ tool, operation, args, what, code }, {
    onTestFinished,
  }) => {
    const rig = await open(onTestFinished);
    rig.sandbox.faults.add({ match: { operation }, do: what, times: Number.POSITIVE_INFINITY });
    const { isError, text } = await rig.call(tool, args);
    expect(isError, text).toBe(true);
    expect(text).toMatch(new RegExp(`^\\[${code}\\] .*Nothing was changed\\.`));
    expect(rig.writes()).toEqual([]);
    await expectStillWorks(rig);
  });
});

describe("a token endpoint that keeps failing", () => {
  it.for<[string, Fault, string]>([
    ["401", status(401), "not_authenticated"],
    ["500", status(500), "unavailable"],
    ["503", status(503), "unavailable"],
    ["HTML with 200", { kind: "html" }, "unavailable"],
    ["nothing with 200", { kind: "empty" }, "unavailable"],
    ["silence", { kind: "silence" }, "unavailable"],
    ["a reset", { kind: "reset" }, "unavailable"],
    ["a redirect", { kind: "redirect", status: 302, location: "http://evil.example/" }, "unavailable"],
  ])("%s: nothing is sent", async ([, what, code], { onTestFinished }) => {
    const rig = await open(onTestFinished);
    rig.sandbox.faults.add({ match: { operation: "token" }, do: what, times: Number.POSITIVE_INFINITY });
    const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
    expect(text).toMatch(new RegExp(`^\\[${code}\\] .*Nothing was changed\\.`));
    expect(rig.requests()).toEqual([]);
    await expectStillWorks(rig);
  });
});

it("an unreachable tenant is unavailable, and nothing was changed", async ({ onTestFinished }) => {
  const rig = await open(onTestFinished);
  await rig.sandbox.close();
  const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
  expect(text).toMatch(/^\[unavailable\] .*refused the connection.*Nothing was changed\. Check/);
});
