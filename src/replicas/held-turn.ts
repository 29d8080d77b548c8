import { type Age, type Clock, readSteady, startAge } from "../clock.ts";
import { type Note, type Notebook, textOf } from "./notebook.ts";
import type { Turn } from "./port.ts";
import { SHOWN_LATE_MS } from "./recent.ts";
import { refuseLostTurn, refuseWithoutStore } from "./refusals.ts";
import { BEGIN, RENEW } from "./scripts.ts";
import { type Store, StoreDown } from "./store.ts";

export interface HeldTurnOptions {
  readonly store: Store;
  readonly notebook: Notebook;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Whether to continue if the store does not respond. */
  readonly mayGoAlone: boolean;
}

/** A turn among all processes, held by renewing its lease. */
export interface HeldTurn extends Turn {
  /** Releases the turn, and leaves a note of what was done. Never rejects. */
  leave(): Promise<void>;
  /** Renews the turn in a store that has lost it. */
  assert(run: Store["run"]): Promise<void>;
}

/** The share of a lease that is relied on: clocks differ in speed, and a write takes time to reach C1. */
const COUNTED_ON = 0.9;

/** @param taken how long ago the lock was requested; undefined to proceed without a lock. */
export function holdTurn(note: Note, taken: Age | undefined, options: HeldTurnOptions): HeldTurn {
  const { store, notebook, clock, leaseMs, mayGoAlone } = options;
  let age = taken;
  let isAlone = taken === undefined;
  let isLost = false;
  let isOver = false;

  const isOurs = () => !isLost && age !== undefined && age() < leaseMs * COUNTED_ON;
  const confirm = () => {
    if (!isAlone && !isOurs()) throw refuseLostTurn();
  };

  /** Extends the lease, even in a store that lost it: during the part that is relied on, nobody else can have it. */
  async function extend(run: Store["run"], countsMs?: number): Promise<void> {
    const asked = startAge(clock);
    const script = countsMs === undefined ? RENEW : BEGIN;
    const args = [note.token, leaseMs, ...(countsMs === undefined ? [] : [countsMs])];
    const answer = await run(script, [note.lock, note.notes], args);
    isAlone = false;
    if (answer === 1) age = asked;
    else isLost = true;
  }

  /** Whether to continue without a response. */
  function canDoWithout(error: unknown): boolean {
    if (!(error instanceof StoreDown)) throw error;
    isAlone ||= mayGoAlone && isOurs();
    return isAlone;
  }

  async function renew(): Promise<void> {
    if (isOurs() || isAlone) await extend(store.run).catch(canDoWithout);
    if (!isOver) stop = clock.after(leaseMs / 3, renew);
  }
  let stop = clock.after(leaseMs / 3, renew);

  return {
    confirm,
    isAlone: () => isAlone,
    async begin(longestCallMs) {
      confirm();
      const countsMs = Math.max(SHOWN_LATE_MS, longestCallMs);
      note.until = readSteady(clock) + countsMs;
      await extend(store.run, countsMs).catch((error: unknown) => {
        if (!canDoWithout(error)) throw refuseWithoutStore();
      });
      confirm();
      note.text = note.token;
    },
    async end(outcome, longestCallMs) {
      note.until = readSteady(clock) + Math.max(SHOWN_LATE_MS, longestCallMs);
      if (outcome === "nothing") note.text = "";
      else note.text = outcome === "unknown" ? note.token : textOf(note.token, outcome.made);
    },
    async leave() {
      isOver = true;
      stop();
      await notebook.tell(note, store.run);
    },
    async assert(run) {
      if (isOurs())
        await extend(
          run,
          note.text === "" ? undefined : Math.max(1, Math.ceil(note.until - readSteady(clock))),
        );
      else if (note.text !== "") await notebook.tell(note, run);
    },
  };
}
