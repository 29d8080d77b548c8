import type { Fault } from "../../src/sandbox/start.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { changeAnswer, changeRow, changesOf, type Row } from "./contents.ts";

/** What a caller can know after a fault. */
type Effect =
  /** The write succeeds, and its response arrives. */
  | { readonly kind: "harmless" }
  /** The response says that the write did not run, and the retry succeeds. "for good": there is no retry. */
  | { readonly kind: "refused" }
  | { readonly kind: "refused for good" }
  /** No usable response, or one that contradicts itself or the request. */
  | { readonly kind: "lost" }
  /** The operation, or its response, is delayed. */
  | { readonly kind: "late"; readonly ms: number }
  /** The response says that the object exists already (6), or that another request interfered (10). */
  | { readonly kind: "conflict"; readonly code: 6 | 10 }
  /** The look-up before the write cannot be completed. */
  | { readonly kind: "blind" };

export interface FaultCase {
  readonly name: string;
  readonly do: Fault;
  readonly effect: Effect;
  /** Injected into the look-up before the write, not into the write. */
  readonly on?: "look-up";
  /** Tried only in cells where timing and visibility make a difference. */
  readonly narrow?: true;
}

const REFUSED: Effect = { kind: "refused" };
const GONE: Effect = { kind: "refused for good" };
const LOST: Effect = { kind: "lost" };
const HARMLESS: Effect = { kind: "harmless" };
const BLIND: Effect = { kind: "blind" };

const status = (code: number, effect: Effect, retryAfter?: string): FaultCase => ({
  name: retryAfter === undefined ? String(code) : `${code}, Retry-After ${retryAfter}`,
  do: {
    kind: "status",
    status: code,
    ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }),
  },
  effect,
});

const redirect = (code: 302 | 303 | 307, effect: Effect): FaultCase => ({
  name: `redirect ${code}`,
  do: { kind: "redirect", status: code, location: "http://elsewhere.example/" },
  effect,
});

const latency = (seconds: number, effect: Effect): FaultCase => ({
  name: `latency ${seconds} s`,
  do: { kind: "latency", ms: seconds * 1000 },
  effect,
});

/** An HTTP status with a gRPC code in its body, which may contradict it. */
const coded = (http: number, code: number, effect: Effect): FaultCase => ({
  name: `${http} code ${code}`,
  do: { kind: "status", status: http, body: { code, message: "injected fault", details: [] } },
  effect,
  narrow: true,
});

const lookUp = (fault: FaultCase): FaultCase => ({ ...fault, name: `look-up: ${fault.name}`, on: "look-up" });

const COMMON: readonly FaultCase[] = [
  latency(5, HARMLESS),
  latency(29, { kind: "late", ms: 29_000 }),
  latency(60, { kind: "late", ms: 60_000 }),
  status(429, REFUSED),
  status(429, REFUSED, "2"),
  status(429, GONE, "3600"),
  ...[500, 502, 503, 504].map((code) => status(code, LOST)),
  { name: "reset", do: { kind: "reset" }, effect: LOST },
  { name: "truncated body", do: { kind: "truncate" }, effect: LOST },
  { name: "HTML with 200", do: { kind: "html" }, effect: LOST },
  { name: "empty 200", do: { kind: "empty" }, effect: LOST },
  { name: "silence", do: { kind: "silence" }, effect: LOST },
  { name: "token expiry", do: { kind: "expireToken" }, effect: HARMLESS },
  { name: "slow drip", do: { kind: "drip", ms: 2_000 }, effect: LOST },
  { name: "oversized body", do: { kind: "oversize", bytes: 100_000 }, effect: LOST },
  redirect(302, LOST),
  redirect(303, LOST),
  redirect(307, GONE),
  // Status and code both say that the write did not run.
  coded(400, 3, GONE),
  coded(404, 5, GONE),
  // Either the status or the code leaves open whether the write ran.
  coded(400, 4, LOST),
  coded(403, 14, LOST),
  coded(425, 9, LOST),
  coded(429, 13, LOST),
  coded(500, 3, LOST),
  coded(409, 6, { kind: "conflict", code: 6 }),
  coded(409, 10, { kind: "conflict", code: 10 }),
];

/** A row without an id, which might be the object that the call is about to create. */
const addUnreadable = (write: WriteCase): FaultCase => ({
  name: "a row without id",
  do: {
    kind: "rewrite",
    rewrite(body) {
      const page = body as Row & { list: unknown[] };
      const row = { displayName: write.args.displayName, catalogId: write.args.catalogId, id: "" };
      return { ...page, list: [...page.list, write.rows === "apps" ? row : { connector: row }] };
    },
  },
  effect: BLIND,
  narrow: true,
});

/** All faults for one write and for the look-up before it. */
export function faultsOf(write: WriteCase | ChangeCase): readonly FaultCase[] {
  const contents = changesOf(write).map(
    (change): FaultCase => ({
      name: change,
      do: { kind: "rewrite", rewrite: (body) => changeAnswer(write, body, (row) => changeRow(row, change)) },
      effect: LOST,
      narrow: true,
    }),
  );
  const common = isChange(write) && write.changes === "sync" ? COMMON.flatMap(fitToEmpty) : COMMON;
  return [...common, ...contents, ...looksOf(write).map(lookUp)];
}

/** The faults for the look-up before a write. */
function looksOf(write: WriteCase | ChangeCase): readonly FaultCase[] {
  if (isChange(write)) {
    // An update must know whether the connector works and what it replaces; a sync is harmless.
    const effect = write.changes === "config" ? BLIND : HARMLESS;
    return [coded(403, 13, effect), coded(403, 7, effect), coded(404, 5, effect)];
  }
  // Adding an existing owner is harmless, so a failed look-up does not stop that.
  if (write.rows === "owners") return [];
  return [addUnreadable(write), coded(403, 13, BLIND), coded(403, 7, HARMLESS), coded(404, 5, HARMLESS)];
}

/** For writes whose response is `{}`: an empty one is no fault, and one that drips at the usual rate arrives in time. */
function fitToEmpty(fault: FaultCase): FaultCase[] {
  if (fault.do.kind === "empty") return [];
  return [fault.do.kind === "drip" ? { ...fault, do: { kind: "drip", ms: 30_000 } } : fault];
}
