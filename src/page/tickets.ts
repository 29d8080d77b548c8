import { randomBytes } from "node:crypto";
import { type Clock, startAge } from "../clock.ts";
import { createSeal, type Opened } from "../seal.ts";
import type { PagePlan } from "../tools/page-port.ts";
import type { Performed } from "../tools/performed.ts";

/** What a link stands for. */
export interface Ticket {
  readonly plan: PagePlan;
  /** The only process in which the page works, or the same text for all that share what was used. */
  readonly home: string;
  /** To be typed on the page if nobody logs in there. */
  readonly code?: string | undefined;
  /** What the page has done, for a link that only shows the state of that. Never a secret. */
  readonly sent?: { readonly performed: Performed; readonly at: number };
}

/** The part of a link that nobody can guess. */
export interface Tickets {
  issue(ticket: Ticket): string;
  open(text: string): Opened<Ticket>;
}

/**
 * Tickets that contain their data, sealed: any replica with the same key can read them, and serve the page if it shares the
 * ticket's home.
 */
export function createSealedTickets(key: string | undefined, { now }: Pick<Clock, "now">): Tickets {
  const { seal, open } = createSeal<Ticket>(key, "page link", now);
  return { issue: (ticket) => seal(ticket, ticket.plan.expires - now()), open };
}

const HANDLE_BYTES = 32;

/** Tickets whose data this process keeps: short links, which a model can repeat without mistakes. */
export function createHeldTickets(clock: Pick<Clock, "now" | "steady">): Tickets {
  const held = new Map<string, { readonly ticket: Ticket; readonly leftMs: () => number }>();
  return {
    issue(ticket) {
      // For a while, an expired ticket is distinguished from an unknown one.
      for (const [old, { leftMs }] of held) if (leftMs() <= -3_600_000) held.delete(old);
      const age = startAge(clock);
      const lifeMs = ticket.plan.expires - clock.now();
      const handle = randomBytes(HANDLE_BYTES).toString("base64url");
      held.set(handle, { ticket, leftMs: () => lifeMs - age() });
      return handle;
    },
    open(text) {
      const found = held.get(text);
      if (!found) return "bad";
      return found.leftMs() > 0 ? { value: found.ticket } : "expired";
    },
  };
}
