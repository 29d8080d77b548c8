import type { Clock } from "../clock.ts";
import type { Uses } from "../replicas/port.ts";
import type { ToolContext } from "../tools/context.ts";
import type { Deferral, Deferred } from "../tools/deferral.ts";
import type { PendingWaits } from "../tools/wait-state.ts";
import { createTaskIds, type Held } from "./ids.ts";
import { createLooks, type Term } from "./looks.ts";
import { type CreatedTask, describeCancelled, describeTask, type Task } from "./task.ts";

/** How long a call waits before it becomes a task, in milliseconds: most syncs of small tenants and most owners show by then. */
const PATIENCE_MS = 3_500;

export interface TasksOptions {
  /** The state key; without one, ids are of use in this process only. */
  readonly key: string | undefined;
  /** Remembers which tasks were cancelled. */
  readonly uses: Uses;
  readonly clock: Clock;
}

/**
 * Waits that go on after their call, as tasks of the extension `io.modelcontextprotocol/tasks`. A task is its id: what was
 * written, for whom and until when, sealed. Nothing is stored, and each look at C1 is the caller's own.
 */
export interface Tasks {
  /** For the context of a call of this caller. */
  deferralFor(principal: string): Deferral;
  /** The answer to a call that goes on. */
  start(deferred: Deferred, principal: string): CreatedTask;
  /** A task of this caller's, if the id names one that they may see. */
  find(id: string, principal: string, pendingWaits: PendingWaits): FoundTask | undefined;
}

export interface FoundTask {
  /** As it stands, after a look at C1 if one is due. */
  get(context: ToolContext): Promise<Task>;
  /** Ends the wait. What was written stays. */
  cancel(): Promise<void>;
}

export function createTasks({ key, uses, clock }: TasksOptions): Tasks {
  const ids = createTaskIds(key, clock.now);
  const looks = createLooks(clock);

  // A store that does not answer must not make a task look lost: it goes on.
  const wasCancelled = (id: string) => uses.wasUsed("task", id).catch(() => false);

  return {
    deferralFor: (principal) => ({
      patienceMs: PATIENCE_MS,
      takes: (pending) => ids.make(pending, principal) !== undefined,
    }),
    start({ pending, working }, principal) {
      const made = ids.make(pending, principal);
      if (!made) throw new Error("a pending wait that was taken is too large");
      const { id, held } = made;
      const seen = looks.note(id, termOf(held), { pending, working });
      return { resultType: "task", ...describeTask(id, held, seen) };
    },
    find(id, principal, pendingWaits) {
      const held = ids.open(id, { tenant: pendingWaits.tenant, principal });
      if (!held || !pendingWaits.serves(held.pending)) return undefined;
      const hasEnded = () => "result" in (looks.last(id)?.state ?? {});
      const known = () => looks.last(id)?.state.pending ?? held.pending;
      return {
        async get(context) {
          if (!hasEnded() && (await wasCancelled(id)))
            return describeCancelled(id, held, known(), clock.now());
          // Others may share the poll, so it does not end with the request that began it.
          const { signal } = new AbortController();
          const look = async () => {
            const state = await pendingWaits.look(known(), { ...context, signal });
            const isLate = "result" in state && (await wasCancelled(id));
            return isLate ? { pending: state.pending, working: "Nobody waits any more." } : state;
          };
          return describeTask(id, held, await looks.see(id, termOf(held), look));
        },
        async cancel() {
          // A wait that has ended, or that cannot be left any more, is reported as before.
          if (hasEnded() || !(await pendingWaits.leave(held.pending))) return;
          await uses.useOnce("task", id, held.expires - clock.now()).catch(() => false);
        },
      };
    },
  };
}

function termOf({ pending: { until }, expires }: Held): Term {
  return { until, expires };
}
