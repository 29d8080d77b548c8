import { type Clock, readSteady } from "../clock.ts";
import type { WaitState } from "../tools/wait-state.ts";
import { createDoor } from "./door.ts";

/** Shortest time between two looks for one task, in milliseconds: no shorter than the last interval of a wait within a call. */
const POLL_MS = 5_000;

/** Added to it for each task under way, so that all tasks together ask C1 at most ten times a second. */
const POLL_MS_PER_TASK = 100;

/** Shortest interval that a client is told, in milliseconds: when a wait is about to end. */
const MIN_POLL_MS = 1_000;

/** Concurrent looks at C1, over all tasks: after a restart every client may ask at once. */
const MAX_AT_ONCE = 10;

/** Longest pause that C1 can ask for, in milliseconds. */
const MAX_PAUSE_MS = 60_000;

/** A client's timer may fire a little early, in milliseconds. */
const SLACK_MS = 50;

/** Tasks that are remembered. One that was forgotten is looked at when it is asked for. */
const MAX_KNOWN = 5_000;

/** What was seen of a task last. */
export interface Seen {
  readonly state: WaitState;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** When to ask again, in milliseconds. */
  readonly pollMs: number;
}

interface Entry {
  seen?: Seen;
  looking?: Promise<Seen>;
  readonly expires: number;
}

/** When a task's wait ends, and when the task itself does, in milliseconds since the epoch. */
export interface Term {
  readonly until: number;
  readonly expires: number;
}

/** The looks of this process: however often it is asked, C1 is not asked more often than it should be. */
export interface Looks {
  /** Notes a look that its call has made. */
  note(id: string, term: Term, state: WaitState): Seen;
  /** What is known, or one look where that is due; all who ask meanwhile share it. A result stays what it is. */
  see(id: string, term: Term, look: () => Promise<WaitState>): Promise<Seen>;
  /** What was seen of it last, if anything. */
  last(id: string): Seen | undefined;
}

export function createLooks(clock: Pick<Clock, "now" | "steady">): Looks {
  const { now } = clock;
  const known = new Map<string, Entry>();
  const working = new Set<string>();
  const enter = createDoor(MAX_AT_ONCE);
  /** Until when C1 asked to be left alone, by `readSteady`. */
  let pausedUntil = Number.NEGATIVE_INFINITY;

  function open(id: string, { expires }: Term): Entry {
    const time = now();
    const old = known.get(id);
    if (old) return old;
    // The oldest stand first, and most of them end first.
    for (const [other, entry] of known) {
      if (entry.expires > time && known.size < MAX_KNOWN) break;
      known.delete(other);
      working.delete(other);
    }
    const entry = { expires };
    known.set(id, entry);
    return entry;
  }

  function isDue({ state, at, pollMs }: Seen, { until }: Term): boolean {
    const time = now();
    if ("result" in state) return false;
    if (time >= until) return true;
    if (readSteady(clock) < pausedUntil) return false;
    // A clock that was set back must not keep a task waiting.
    return time < at || time - at + SLACK_MS >= pollMs;
  }

  function note(id: string, term: Term, state: WaitState): Seen {
    const at = now();
    const steadyAt = readSteady(clock);
    const entry = open(id, term);
    if ("working" in state && state.retryAfterSeconds !== undefined)
      pausedUntil = steadyAt + Math.min(state.retryAfterSeconds * 1000, MAX_PAUSE_MS);
    if ("working" in state) working.add(id);
    else working.delete(id);
    const usual = Math.max(POLL_MS, working.size * POLL_MS_PER_TASK, pausedUntil - steadyAt);
    const pollMs = Math.max(MIN_POLL_MS, Math.min(usual, term.until - at));
    entry.seen = { state, at, pollMs };
    return entry.seen;
  }

  return {
    note,
    last: (id) => known.get(id)?.seen,
    async see(id, term, look) {
      const entry = open(id, term);
      if (entry.looking) return entry.looking;
      if (entry.seen && !isDue(entry.seen, term)) return entry.seen;
      entry.looking = enter(look).then((state) => note(id, term, state));
      try {
        return await entry.looking;
      } finally {
        delete entry.looking;
      }
    },
  };
}
