import { type Clock, readSteady, startAge } from "../clock.ts";
import type { PendingWait } from "./deferral.ts";
import type { Elicitation, Elicitations, PageEnd } from "./page-port.ts";
import { closedByOther } from "./visit-words.ts";

/** Far more than people are asked at a time; the oldest are forgotten first, and their links still work. */
const MAX_ELICITATIONS = 1_000;

/** How long an outcome is kept for the call that asks for it, in milliseconds. */
const KEEP_END_MS = 600_000;

interface Entry extends Elicitation {
  phase: Elicitation["phase"];
  pending?: PendingWait;
  done?: Elicitation["done"];
  sentAt?: number | undefined;
  told?: PageEnd;
  isOver: Elicitation["isOver"];
  settle(end: PageEnd): void;
}

export function createElicitations(clock: Pick<Clock, "now" | "steady">): Elicitations {
  const byId = new Map<string, Entry>();
  /** By key. */
  const expired = new Map<string, string>();

  function noteExpired(key: string, id: string): void {
    expired.set(key, id);
    const [oldest] = expired.keys();
    if (oldest !== undefined && expired.size > MAX_ELICITATIONS) expired.delete(oldest);
  }

  function sweep(): void {
    for (const [id, { key, isOver, phase }] of byId) {
      if (!isOver() || phase === "working") continue;
      byId.delete(id);
      if (phase === "open") noteExpired(key, id);
    }
    for (const [id, { phase }] of byId)
      if (byId.size > MAX_ELICITATIONS && phase !== "working") byId.delete(id);
  }

  return {
    find(key) {
      sweep();
      return [...byId.values()].findLast(
        (entry) => entry.key === key && !entry.told && entry.phase !== "withdrawn",
      );
    },
    byId: (id) => byId.get(id),
    takeExpired(key) {
      sweep();
      const id = expired.get(key);
      expired.delete(key);
      return id;
    },
    isAnyLive: () =>
      [...byId.values()].some(({ phase, isOver }) => phase === "working" || (phase === "open" && !isOver())),
    add(key, plan, link, before) {
      const { promise: end, resolve: settle } = defer<PageEnd>();
      const age = startAge(clock);
      const lifeMs = plan.expires - clock.now();
      const leftMs = () => lifeMs - age();
      const isOver = () => leftMs() <= 0;
      const entry: Entry = { key, plan, link, before, end, phase: "open", leftMs, isOver, settle };
      byId.set(plan.id, entry);
      sweep();
      return entry;
    },
    begin(id, end, sentAt) {
      const entry = byId.get(id);
      if (!entry) return;
      entry.phase = "working";
      entry.sentAt = sentAt;
      void end.then((result) => {
        entry.phase = "ended";
        const forgotten = readSteady(clock) + KEEP_END_MS;
        entry.isOver = () => readSteady(clock) >= forgotten;
        entry.settle(result);
      });
    },
    recordDone(id, performed, pending) {
      const entry = byId.get(id);
      if (!entry) return;
      entry.done = { performed, at: clock.now() };
      if (pending) entry.pending = pending;
    },
    withdraw(id) {
      const entry = byId.get(id);
      if (!entry) return;
      entry.phase = "withdrawn";
      // Another call for the same may be waiting for this page.
      entry.settle({ failure: closedByOther() });
    },
    markTold(id, end) {
      const entry = byId.get(id);
      if (entry) entry.told = end;
    },
  };
}

function defer<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
