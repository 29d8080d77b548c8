/** Limits on a client's concurrent requests, which bound memory whatever the client does. */
const MAX_RUNNING = 1_000;
const MAX_RUNNING_BYTES = 64 * 1024 * 1024;

type Id = string | number;

/** Why a call is aborted that its client did not cancel. */
const STOPPED = new Error("the server is stopping");

interface Running {
  readonly bytes: number;
  /** Absent for a subscription: nothing runs for it, and only the client ends it. */
  readonly controller?: AbortController;
}

/** The signal that ends a request's call; undefined if the SDK's own signal does. */
export type SignalOf = (id: Id) => AbortSignal | undefined;

/**
 * The requests of one client in progress, in both eras, because their ids share one space. A request counts until its handler has
 * ended, cancelled or not. The SDKs never answer a request that they know was cancelled, so nobody could tell when its handler
 * ends. Cancellations are therefore kept from them: the call is aborted here, and its response is withheld.
 */
export class Requests {
  readonly #running = new Map<Id, Running>();
  #bytes = 0;
  #calls = 0;
  #idle: (() => void) | undefined;

  /**
   * Registers a request, or returns why it must not start.
   * @param bytes the length of its message.
   */
  begin(id: Id, method: string, bytes: number): { code: number; message: string } | undefined {
    if (this.#running.has(id)) {
      return {
        code: -32600,
        message: "A request with this id is still running; this one was not started",
      };
    }
    if (this.#running.size >= MAX_RUNNING) {
      return { code: -32000, message: `${MAX_RUNNING} requests are running; this one was not started` };
    }
    if (this.#bytes + bytes > MAX_RUNNING_BYTES) {
      const most = `${MAX_RUNNING_BYTES / 1024 / 1024} MiB`;
      const message = `The requests that are running would take more than ${most} with this one; it was not started`;
      return { code: -32000, message };
    }
    const isSubscription = method === "subscriptions/listen";
    this.#running.set(id, isSubscription ? { bytes } : { bytes, controller: new AbortController() });
    this.#bytes += bytes;
    if (!isSubscription) this.#calls += 1;
    return undefined;
  }

  signalOf: SignalOf = (id) => this.#running.get(id)?.controller?.signal;

  /** Aborts the call of a request. True if it was a subscription, which the SDK has to end itself. */
  cancel(id: unknown, reason?: unknown): boolean {
    const request = this.#running.get(id as Id);
    request?.controller?.abort(reason);
    if (!request || request.controller) return false;
    this.#forget(id as Id, request);
    return true;
  }

  /** Called when the SDK has a response, so the handler has ended. False if the client no longer wants it. */
  end(id: unknown): boolean {
    const request = this.#running.get(id as Id);
    if (request) this.#forget(id as Id, request);
    if (this.#calls === 0) this.#idle?.();
    const { aborted, reason } = request?.controller?.signal ?? {};
    return !aborted || reason === STOPPED;
  }

  #forget(id: Id, { bytes, controller }: Running): void {
    this.#running.delete(id);
    this.#bytes -= bytes;
    if (controller) this.#calls -= 1;
  }

  /** Subscriptions do not count. */
  get isIdle(): boolean {
    return this.#calls === 0;
  }

  /** Resolves when nothing is running, or after `ms` milliseconds. */
  async whenIdle(ms: number): Promise<void> {
    if (this.#calls === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Aborts the calls that are still running; their responses are not withheld. */
  abortAll(): void {
    for (const { controller } of this.#running.values()) controller?.abort(STOPPED);
  }
}
