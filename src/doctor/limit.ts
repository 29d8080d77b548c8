import type { Call } from "../c1/port.ts";
import { CHECK_LIMIT_MS, type Setup } from "./setup.ts";

/** The limits of one check's requests. */
export function limits({ signal, clock }: Setup): Call {
  return { signal, deadline: clock.now() + CHECK_LIMIT_MS };
}

/** Waits for work that cannot be aborted, but no longer than a check may take. */
export function within<T>({ signal, clock }: Setup, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error("no answer in time"));
    const stop = clock.after(CHECK_LIMIT_MS, giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    work.then(resolve, reject).finally(() => {
      stop();
      signal.removeEventListener("abort", giveUp);
    });
  });
}
