import type { Call, Connector } from "../../src/c1/port.ts";
import { type Clock, sleep } from "../../src/clock.ts";
import { Failure } from "../../src/errors.ts";
import { type Behaviour, idOf } from "../support/fake-api.ts";
import type { PageSchedule } from "./page-schedule.ts";

const SLOW_MS = 4_000;

/** A tenant with connectors that reacts to each request as the schedule says. */
export function createPageTenant(
  { creates, lists, visibleAfterMs }: PageSchedule,
  clock: Clock,
): { readonly made: Connector[]; readonly behaviour: Behaviour } {
  const made: (Connector & { readonly shownAt: number })[] = [];
  const nextCreate = creates[Symbol.iterator]();
  const nextList = lists[Symbol.iterator]();

  function make(appId: string, catalogId: string): Connector {
    const createdAt = new Date(clock.now()).toISOString();
    const id = idOf(`made${made.length}`);
    const row = { id, appId, catalogId, createdAt, shownAt: clock.now() + visibleAfterMs };
    made.push(row);
    return row;
  }

  return {
    made,
    behaviour: {
      async createConnector({ appId, catalogId }, { signal }: Call) {
        const answer = nextCreate.next().value ?? "made";
        if (answer === "refused")
          throw new Failure("rejected", "C1 says no.", { status: 400, requestId: "req-no" });
        if (answer === "not made, not told") throw lost();
        const row = make(appId, catalogId);
        if (answer === "made, not told") throw lost();
        if (answer === "slow") await sleep(clock, SLOW_MS, signal).catch(() => Promise.reject(lost()));
        return row;
      },
      async listConnectors(_appId, _page, { signal }: Call) {
        const answer = nextList.next().value ?? "shown";
        if (answer === "fails") throw new Failure("unavailable", "C1 does not answer.", { status: 503 });
        if (answer === "slow") {
          await sleep(clock, SLOW_MS, signal).catch(() =>
            Promise.reject(new Failure("cancelled", "The call was cancelled.")),
          );
        }
        return { items: made.filter(({ shownAt }) => shownAt <= clock.now()) };
      },
    },
  };
}

function lost(): Failure {
  return new Failure("outcome_unknown", "The connection broke.", { changed: "maybe", next: "Look." });
}
