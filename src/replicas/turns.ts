import { randomUUID } from "node:crypto";
import { type Age, type Clock, readSteady, sleep, startAge } from "../clock.ts";
import { type HeldTurn, holdTurn } from "./held-turn.ts";
import type { Names } from "./names.ts";
import { createNotebook, type Note } from "./notebook.ts";
import type { TurnLimits } from "./port.ts";
import { SHOWN_LATE_MS } from "./recent.ts";
import { refuseBusyKey, refuseCancelledWait, refuseNewStore, refuseWithoutStore } from "./refusals.ts";
import { ACQUIRE } from "./scripts.ts";
import { type Store, StoreDown } from "./store.ts";

export interface TurnsOptions {
  readonly store: Store;
  readonly names: Names;
  readonly clock: Clock;
  readonly leaseMs: number;
  /** Whether writes continue, guarded within each process only, while the store does not respond. */
  readonly mayGoAlone: boolean;
}

export interface Turns {
  /** Waits for a turn within the limits. */
  take(key: string, limits: TurnLimits): Promise<HeldTurn>;
  /** Reports to a new connection what the store did not get; with `all` everything, because the store lost it. */
  publish(run: Store["run"], all: boolean): Promise<void>;
}

/** How often a waiter asks, in milliseconds, varied by up to half: the one whose turn is next, and the others. */
const POLL_MS = { next: 8, later: 40 };

/** The response to a waiter while another one is next. */
const LATER = -2;

/** How long the store may be unreachable before that counts as an outage, in milliseconds: a restart does not. */
const PATIENCE_MS = 1_500;

/** How long a waiter keeps its place without asking, in milliseconds. */
const PLACE_MS = 500;

/** Turns among all processes. Within this process, there must be only one per key at a time. */
export function createTurns({ store, names, clock, leaseMs, mayGoAlone }: TurnsOptions): Turns {
  const notebook = createNotebook(clock);
  const running = new Set<HeldTurn>();

  /** Asks for the lock until it is acquired; returns how long ago the successful request was made. */
  async function acquire(key: string, note: Note, limits: TurnLimits): Promise<Age> {
    const keys = [note.lock, names.nameOf("next", key), names.nameOf("born")];
    let answered = readSteady(clock);
    for (;;) {
      const asked = readSteady(clock);
      const age = startAge(clock);
      const answer = await store
        .run(ACQUIRE, keys, [note.token, leaseMs, PLACE_MS])
        .catch((error: unknown) => {
          if (asked - answered > PATIENCE_MS) throw error;
        });
      if (answer === 0) return age;
      if (answer !== undefined) answered = asked;
      await waitToAskAgain(answer === undefined ? LATER : Number(answer), limits);
    }
  }

  /** @param answer the result of `ACQUIRE`. */
  async function waitToAskAgain(answer: number, { signal, deadline }: TurnLimits): Promise<void> {
    const every = answer === LATER ? POLL_MS.later : POLL_MS.next;
    const pause = answer > 0 ? answer : every * (0.5 + Math.random());
    if (readSteady(clock) + pause >= deadline) throw answer > 0 ? refuseNewStore() : refuseBusyKey();
    await sleep(clock, pause, signal).catch(() => {
      throw refuseCancelledWait();
    });
  }

  /** Undefined if it proceeds without a lock. */
  async function acquireOrNot(key: string, note: Note, limits: TurnLimits): Promise<Age | undefined> {
    try {
      return await acquire(key, note, limits);
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      // The store may still execute the request.
      await notebook.tell(note, store.run);
      if (limits.isHarmless || mayGoAlone) return undefined;
      throw refuseWithoutStore();
    }
  }

  return {
    async take(key, limits) {
      const until = readSteady(clock) + SHOWN_LATE_MS;
      const [lock, notes] = [names.nameOf("lock", key), names.nameOf("notes", key)];
      const note: Note = { lock, notes, token: randomUUID(), text: "", until };
      const taken = await acquireOrNot(key, note, limits);
      const turn = holdTurn(note, taken, { store, notebook, clock, leaseMs, mayGoAlone });
      running.add(turn);
      return {
        ...turn,
        async leave() {
          running.delete(turn);
          await turn.leave();
        },
      };
    },
    async publish(run, all) {
      await notebook.publish(run, all);
      for (const turn of running) await turn.assert(run);
    },
  };
}
