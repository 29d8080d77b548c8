import fc from "fast-check";
import type { Fault, FaultRule } from "../../src/sandbox/start.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { ALL_WRITES } from "./writes.ts";

/** One of several callers who request the same write. */
export interface Asker {
  readonly startMs: number;
  /** When the caller cancels, after the start; undefined if they wait for the answer. */
  readonly cancelMs: number | undefined;
  readonly ifExists: "fail" | "reuse" | "create";
}

export interface Schedule {
  readonly write: WriteCase | ChangeCase;
  readonly visibleAfterMs: number;
  readonly rules: readonly FaultRule[];
  readonly askers: readonly Asker[];
}

export const TIMEOUT_MS = 20_000;

/** Longer than any call: new objects become visible only after all of them. */
const NEVER_MS = 3_600_000;

const status = (code: number, headers?: Record<string, string>): Fault => ({
  kind: "status",
  status: code,
  ...(headers && { headers }),
});

const ANY_FAULT = fc.constantFrom<Fault>(
  { kind: "latency", ms: 800 },
  { kind: "latency", ms: 9_000 },
  { kind: "latency", ms: 25_000 },
  status(401),
  status(403),
  status(429),
  status(429, { "retry-after": "3" }),
  status(500),
  status(502),
  status(503, { "retry-after": "1" }),
  status(504),
  { kind: "reset" },
  { kind: "truncate" },
  { kind: "html" },
  { kind: "empty" },
  { kind: "silence" },
  { kind: "expireToken" },
  { kind: "drip", ms: 100 },
  { kind: "oversize", bytes: 100_000 },
  { kind: "redirect", status: 302, location: "http://elsewhere.example/" },
);

/** Statuses that say that the request did not run. After a commit, nobody could detect that lie. */
const NOT_RUN = new Set([401, 403, 429]);

/** Faulty answers that pass for `{}`, the right response to a sync. Before a commit, nobody could detect that lie either. */
const TAKEN_FOR_DONE: ReadonlySet<Fault["kind"]> = new Set(["empty", "drip"]);

const LOOK_UPS: Record<WriteCase["rows"], readonly string[]> = {
  apps: ["apps.search", "users.get"],
  connectors: ["connectors.list", "apps.get", "users.get"],
  owners: ["connectorOwners.get", "connectors.get", "users.get"],
};

function lookUpsOf(write: WriteCase | ChangeCase): readonly string[] {
  return isChange(write) ? ["connectors.get", "apps.get"] : LOOK_UPS[write.rows];
}

function anyRule(write: WriteCase | ChangeCase): fc.Arbitrary<FaultRule> {
  const operation = fc.oneof(
    { weight: 5, arbitrary: fc.constant(write.operation) },
    { weight: 3, arbitrary: fc.constantFrom(...lookUpsOf(write)) },
    { weight: 1, arbitrary: fc.constant("token") },
  );
  const when = fc.constantFrom("before" as const, "after" as const);
  const times = fc.constantFrom(1, 1, 2, 3, Number.POSITIVE_INFINITY);
  return fc.record({ operation, fault: ANY_FAULT, when, times }).map((drawn) => {
    const lies = drawn.fault.kind === "status" && NOT_RUN.has(drawn.fault.status);
    const isBelieved = drawn.operation === "connectors.forceSync" && TAKEN_FOR_DONE.has(drawn.fault.kind);
    const fair = isBelieved ? "after" : drawn.when;
    return {
      match: { operation: drawn.operation },
      do: drawn.fault,
      when: lies ? "before" : fair,
      times: drawn.times,
    };
  });
}

/** Whether doing it twice has the same effect as doing it once. */
export function isHarmless(write: WriteCase | ChangeCase): boolean {
  return isChange(write) || write.rows === "owners";
}

function anyAsker(write: WriteCase | ChangeCase): fc.Arbitrary<Asker> {
  const ifExists = fc.constantFrom(
    ...(isHarmless(write)
      ? (["fail"] as const)
      : (["fail", "fail", "fail", "reuse", "reuse", "create"] as const)),
  );
  return fc.record({
    startMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 18_000 })),
    cancelMs: fc.option(fc.integer({ min: 0, max: 22_000 }), { nil: undefined, freq: 3 }),
    ifExists,
  });
}

/** Random faults, and random callers of the same write who may cancel. */
export const anySchedule: fc.Arbitrary<Schedule> = fc.constantFrom(...ALL_WRITES).chain((write) =>
  fc.record({
    write: fc.constant(write),
    visibleAfterMs: fc.constantFrom(0, 0, 1_500, 6_000, NEVER_MS),
    rules: fc.array(anyRule(write), { maxLength: 6 }),
    askers: fc.array(anyAsker(write), { minLength: 1, maxLength: 8 }),
  }),
);
