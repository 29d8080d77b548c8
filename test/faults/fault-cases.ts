import type { Fault } from "../../src/sandbox/start.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { changeAnswer, changeRow, changesOf, type Row } from "./contents.ts";

/** What a fault does to the caller's knowledge. */
type Effect =
  /** The answer comes all the same. */
  | { readonly kind: "harmless" }
  /** The answer says that nothing was run; the next try goes through. "for good": there is no next try. */
  | { readonly kind: "refused" }
  | { readonly kind: "refused for good" }
  /** No usable answer, or one that contradicts itself or the question. */
  | { readonly kind: "lost" }
  /** The operation, or its answer, comes so much later. */
  | { readonly kind: "late"; readonly ms: number }
  /** The answer says that it is there already (6), or that another request was in the way (10). */
  | { readonly kind: "conflict"; readonly code: 6 | 10 }
  /** What is there before the write cannot be read to its end. */
  | { readonly kind: "blind" };

export interface FaultCase {
  readonly name: string;
  readonly do: Fault;
  readonly effect: Effect;
  /** It meets the look before the write, and not the write. */
  readonly on?: "look-up";
  /** Tried only where the moment and the visibility make a difference. */
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

/** An HTTP status with a gRPC code in its body; the two need not agree. */
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
  // Both say that nothing was done.
  coded(400, 3, GONE),
  coded(404, 5, GONE),
  // One of the two says that it may have been done.
  coded(400, 4, LOST),
  coded(403, 14, LOST),
  coded(425, 9, LOST),
  coded(429, 13, LOST),
  coded(500, 3, LOST),
  coded(409, 6, { kind: "conflict", code: 6 }),
  coded(409, 10, { kind: "conflict", code: 10 }),
];

/** A row that might be the very object, if only it had an id. */
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

/** All that can go wrong with one write, or with the look before it. */
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

/** What can go wrong with the look before a write. */
function looksOf(write: WriteCase | ChangeCase): readonly FaultCase[] {
  if (isChange(write)) {
    // Whether the connector works, and what an update would replace, is not to be guessed; a sync does no harm.
    const effect = write.changes === "config" ? BLIND : HARMLESS;
    return [coded(403, 13, effect), coded(403, 7, effect), coded(404, 5, effect)];
  }
  // To add an owner who is one already does no harm, so nothing before it can stop that.
  if (write.rows === "owners") return [];
  return [addUnreadable(write), coded(403, 13, BLIND), coded(403, 7, HARMLESS), coded(404, 5, HARMLESS)];
}

/** An answer of `{}` may as well be empty, and comes soon even if it comes slowly. */
function fitToEmpty(fault: FaultCase): FaultCase[] {
  if (fault.do.kind === "empty") return [];
  return [fault.do.kind === "drip" ? { ...fault, do: { kind: "drip", ms: 30_000 } } : fault];
}
