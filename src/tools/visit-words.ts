import { Failure } from "../errors.ts";
import { formatCount } from "../text.ts";
import type { WritePlan } from "./define.ts";
import type { Elicitation } from "./page-port.ts";
import type { PageLink, Visited } from "./visits.ts";

type Plan = WritePlan<unknown>;

const NO_VISIT: Record<Exclude<Visited, "opened" | "unavailable">, string> = {
  declined: "The person who was asked to open the page said no.",
  dismissed: "The person who was asked to open the page closed the question, or nobody is there.",
  expired: "Nobody said in time whether to open the page.",
};

/** What the client shows beside the link. */
export function messageFor({ intent }: Plan, { code }: PageLink): string {
  const typed = code === undefined ? "" : ` The page asks for this code: ${code}`;
  return `${intent}: open this page and finish it there.${typed}`;
}

/**
 * For a client that shows no links: its model passes this one on.
 * @param isRepeated whether the same call was answered with this link before.
 * @param isExpired whether it was answered with another, which expired.
 */
export function personNeeded(
  { asked = [], intent }: Plan,
  { link, leftMs }: Elicitation,
  { isRepeated, isExpired }: { readonly isRepeated: boolean; readonly isExpired: boolean },
): Failure {
  const what = asked.length > 0 ? `type ${asked.map(({ label }) => label).join(", ")}` : "agree to it";
  const code = link.code === undefined ? "" : ` and enter the code ${link.code} there`;
  const old = isExpired ? " The earlier link expired unused." : "";
  const sofar = isRepeated ? " Nothing was sent from the page yet." : old;
  const minutes = Math.max(1, Math.round(leftMs() / 60_000));
  return new Failure(
    "person_needed",
    `${intent}: a person must ${what}. Ask them to open ${link.url}${code}, within ${formatCount(minutes, "minute")}.${sofar}`,
    { next: "Call again with the same arguments when they are done. Never open the page yourself." },
  );
}

export function noVisit(visited: keyof typeof NO_VISIT): Failure {
  const next =
    visited === "declined"
      ? "Do not try again unless the person asks for it."
      : "Call again to be asked anew.";
  return new Failure("declined", NO_VISIT[visited], { next });
}

export function cancelled(): Failure {
  return new Failure("cancelled", "The call was cancelled, and its page with it.");
}

export function lateCancel(): Failure {
  return new Failure("outcome_unknown", "The call was ended, but its page had been sent already.", {
    changed: "maybe",
    next: "Call again with the same arguments to learn what came of it.",
  });
}

/** A round that is repeated after its page was closed by a no, or by its own caller. */
export function closedBefore(): Failure {
  return new Failure("declined", "The page of this call was closed before it was sent.", {
    next: "Call anew, without the state of this call, to have the person asked again.",
  });
}

/** Equal calls of one caller share a page. */
export function closedByOther(): Failure {
  return new Failure("declined", "Another call for the same was ended, and with it the page of both.", {
    next: "Call again to have the person asked anew.",
  });
}

/** Without a shared store, only the process that asked knows whether its page was used. */
export function notKnownHere({ ifUnknown }: Plan): Failure {
  const message =
    "The person was asked by another process of the server, or by one that has ended, and only that one knows what came of it.";
  return new Failure("outcome_unknown", message, { changed: "maybe", next: ifUnknown });
}

/** The page was used in another process, and what came of it does not show here. */
export function sentElsewhere({ ifUnknown }: Plan): Failure {
  return new Failure("outcome_unknown", "The page was used, and what came of it does not show yet.", {
    changed: "maybe",
    next: ifUnknown,
  });
}

export function secretsInLink(): Failure {
  return new Failure(
    "secret_refused",
    "The arguments hold secrets, which must not be put into the link of a page.",
    { next: 'Give {"ask": true} or {"secretRef": NAME} for every secret.' },
  );
}
