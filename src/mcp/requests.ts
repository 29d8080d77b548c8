/** More than these are refused, so that memory has a bound whatever the client does. */
const MAX_RUNNING = 1_000;

type Id = string | number;

/** What ends the call that a request made; undefined where the SDK's own signal does. */
export type SignalOf = (id: Id) => AbortSignal | undefined;

/**
 * The requests of one client that are under way, in both eras: its ids are one space. A request counts until its handler
 * has ended, cancelled or not. The SDKs never answer a request they saw cancelled, and then nobody could tell when its
 * handler ends. So they do not see it: the call is aborted here, and the answer that its end brings is withheld.
 */
export class Requests {
  readonly #running = new Map<Id, AbortController>();
  /** Nothing runs for these, and only the client ends them. */
  readonly #subscriptions = new Set<Id>();
  #idle: (() => void) | undefined;

  /** Counts a request in, or says why it may not start. */
  begin(id: Id, method: string): { code: number; message: string } | undefined {
    if (this.#running.has(id) || this.#subscriptions.has(id)) {
      return {
        code: -32600,
        message: "A request with this id is still running; this one was not started",
      };
    }
    if (this.#running.size + this.#subscriptions.size >= MAX_RUNNING) {
      return { code: -32000, message: `${MAX_RUNNING} requests are running; this one was not started` };
    }
    if (method === "subscriptions/listen") this.#subscriptions.add(id);
    else this.#running.set(id, new AbortController());
    return undefined;
  }

  signalOf: SignalOf = (id) => this.#running.get(id)?.signal;

  /** Aborts the call of a request. True when it was a subscription: those the SDK has to end. */
  cancel(id: unknown, reason?: unknown): boolean {
    this.#running.get(id as Id)?.abort(reason);
    return this.#subscriptions.delete(id as Id);
  }

  /** The SDK has an answer, so that the handler has ended. False when the client does not want it any more. */
  end(id: unknown): boolean {
    const cancelled = this.#running.get(id as Id)?.signal.aborted === true;
    this.#running.delete(id as Id);
    this.#subscriptions.delete(id as Id);
    if (this.#running.size === 0) this.#idle?.();
    return !cancelled;
  }

  /** Resolves when nothing runs any more, or after `ms` milliseconds. */
  async whenIdle(ms: number): Promise<void> {
    if (this.#running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Aborts what still runs. */
  abortAll(): void {
    for (const controller of this.#running.values()) controller.abort();
  }
}
