import type { Clock } from "../clock.ts";

/** The pauses of a server that may be closed at any time. `stop` ends all of them, including future ones. */
export class Pauses {
  readonly #clock: Clock;
  readonly #running = new Set<() => void>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves to true when the time has passed, or to false once the server is closing. */
  wait(ms: number): Promise<boolean> {
    if (this.#stopped) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (ranItsTime: boolean) => {
        this.#running.delete(stop);
        resolve(ranItsTime);
      };
      const cancel = this.#clock.after(ms, () => finish(true));
      const stop = () => {
        cancel();
        finish(false);
      };
      this.#running.add(stop);
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of [...this.#running]) stop();
  }
}
