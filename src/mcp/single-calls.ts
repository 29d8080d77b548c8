import type { Message } from "./pipe.ts";
import type { Given, JsonAnswer, RequestHead } from "./serve.ts";
import type { UsualCall } from "./usual-call.ts";

/** Runs one call. Resolves when it has ended, also if its caller has left. */
export type RunCall = (call: UsualCall, given: Given, head: RequestHead) => Promise<JsonAnswer>;

interface Waiting {
  readonly head: RequestHead;
  resolve(answer: Message): void;
}

/**
 * The calls of many callers on one server of an SDK, which takes half of the time of a server for each (Node 20). Clients choose
 * their ids freely, so a call has an id of ours while it runs.
 */
export class SingleCalls {
  readonly #waiting = new Map<unknown, Waiting>();
  #last = 0;

  /** @param deliver passes the call to the server. */
  async run(call: UsualCall, head: RequestHead, deliver: (call: UsualCall) => void): Promise<Message> {
    this.#last += 1;
    const id = this.#last;
    const answer = await new Promise<Message>((resolve) => {
      this.#waiting.set(id, { head, resolve });
      deliver({ ...call, id });
    });
    return { ...answer, id: call.id };
  }

  /** Takes what the server sends: a response to a call. It sends nothing else, because no usual call asks for progress. */
  take(message: Message): void {
    if (message.method !== undefined) return;
    this.#waiting.get(message.id)?.resolve(message);
    this.#waiting.delete(message.id);
  }

  /** Aborted when the caller leaves. */
  signalOf = (id: string | number): AbortSignal | undefined => this.#waiting.get(id)?.head.signal;
}
