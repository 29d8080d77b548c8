import type { Clock } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Logger } from "../log/logger.ts";
import type { PagePlan, PageWork } from "../tools/page-port.ts";
import type { Performed } from "../tools/performed.ts";
import type { View } from "./layout.ts";
import type { BrowserRequest } from "./ports.ts";
import type { Ticket } from "./tickets.ts";
import { describeOutcome, describeTrial } from "./views.ts";

/** How long a submitted page reloads to see whether C1 can use the config, in milliseconds. */
const FOLLOW_MS = 300_000;

/** Time between two reloads, in seconds: short at first, because a refused credential shows at once. */
const SOON_SECONDS = 3;
const LATER_SECONDS = 10;
const SOON_MS = 30_000;

/** Query of a link that shows the state of the write on a page that does not reload itself. */
const STILL = "?still";

export interface FollowOptions {
  readonly work: PageWork;
  /** Masks secrets in foreign text. */
  readonly show: (text: string) => string;
  /** Makes a link, as a path. */
  readonly link: (ticket: Omit<Ticket, "home">) => string;
  readonly logger: Logger;
  readonly clock: Pick<Clock, "now">;
}

/** The request that asks for the state of the write. */
export interface StateRequest {
  readonly plan: PagePlan;
  readonly path: string;
  readonly request: Pick<BrowserRequest, "query">;
}

/** Reports the outcome of a completed write, and follows it until C1 has tried the config. */
export interface WriteFollower {
  /** The response to a submitted form, before C1 can have tried anything. */
  begin(asked: StateRequest, performed: Performed): View;
  /** Looks again. */
  again(asked: StateRequest, sent: NonNullable<Ticket["sent"]>): Promise<View>;
}

export function createWriteFollower({ work, show, link, logger, clock }: FollowOptions): WriteFollower {
  function describe({ plan, request }: StateRequest, performed: Performed, path: string, at: number): View {
    if (!work.isOpen(plan, performed)) return describeOutcome(performed, show);
    const age = clock.now() - at;
    const seconds = age < SOON_MS ? SOON_SECONDS : LATER_SECONDS;
    const next = clock.now() + seconds * 1000;
    const isOver = age >= FOLLOW_MS || next >= plan.expires;
    if (isOver) return describeTrial(performed, show, { state: "over" });
    return request.query === STILL
      ? describeTrial(performed, show, { state: "still", path: path + STILL })
      : describeTrial(performed, show, { state: "looking", path, seconds, stop: path + STILL });
  }

  return {
    begin(asked, performed) {
      const at = clock.now();
      if (!work.isOpen(asked.plan, performed)) return describeOutcome(performed, show);
      const path = link({ plan: asked.plan, sent: { performed, at } });
      return describe({ ...asked, request: { query: "" } }, performed, path, at);
    },
    async again(asked, { performed, at }) {
      let now = performed;
      try {
        if (work.isOpen(asked.plan, performed)) now = await work.follow(asked.plan, performed);
      } catch (error) {
        // The write is done either way; the next look may succeed.
        if (!(error instanceof Failure)) logger.error({ err: error, page: asked.plan.id }, "the page failed");
      }
      return describe(asked, now, asked.path, at);
    },
  };
}
