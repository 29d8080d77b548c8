import { Failure } from "../errors.ts";

/** For work that must not be done while nobody knows what other processes do. */
export function refuseWithoutStore(): Failure {
  return new Failure(
    "unavailable",
    "The store that the server's replicas share cannot be used now, so another one could be doing the same.",
    { next: "Try again when it can; reads work meanwhile." },
  );
}

/** The call's time was up before a store that started empty could know what each process did. */
export function refuseNewStore(): Failure {
  return new Failure(
    "unavailable",
    "The store that the server's replicas share started a moment ago or lost its memory, so another one could be doing the same.",
    { next: "Try again in a few seconds; reads work meanwhile." },
  );
}

/** For work that must not continue, because someone else may be doing it. */
export function refuseLostTurn(): Failure {
  return new Failure(
    "unavailable",
    "This call was held up for so long that another replica may do the same now.",
    { next: "Look whether it was done, then try again." },
  );
}

/** The call's time was up before its turn came. */
export function refuseBusyKey(): Failure {
  return new Failure("unavailable", "Another call that does the same is still running.", {
    next: "Wait for its result before trying again.",
  });
}

/** The caller left before its turn came. */
export function refuseCancelledWait(): Failure {
  return new Failure("cancelled", "The call was cancelled while it waited for another one of the same kind.");
}
