import type { Call } from "../c1/port.ts";
import { type Clock, readSteady, sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { ToolContext } from "./context.ts";
import type { Run } from "./job.ts";
import { LOOK_MS } from "./watch.ts";

const FIRST_PAUSE_MS = 500;
const LAST_PAUSE_MS = 5_000;

/** Many clients give up on a call after a minute of silence. */
const PROGRESS_EVERY_MS = 10_000;

/**
 * Calls `look` until it returns something; undefined if the time is up or the caller leaves. What is waited for has already been
 * accepted, so a look that fails is not a failure: the next one follows a little later.
 * @param describe says what is waited for, for the progress messages.
 */
export async function pollFor<T>(
  look: (call: Call) => Promise<T | undefined>,
  { seconds, describe }: { readonly seconds: number; readonly describe: () => string },
  { clock }: Pick<Run, "clock">,
  context: ToolContext,
): Promise<T | undefined> {
  const started = readSteady(clock);
  const left = () => started + seconds * 1000 - readSteady(clock);
  const stopTelling = every(clock, PROGRESS_EVERY_MS, () => {
    const progress = Math.round((readSteady(clock) - started) / 1000);
    context.progress({ progress, total: seconds, message: describe() });
  });
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LAST_PAUSE_MS)) {
      const call = { signal: context.signal, deadline: readSteady(clock) + Math.min(left(), LOOK_MS) };
      const { found, retryAfterSeconds = 0 } = await lookOnce(look, call);
      if (found !== undefined) return found;
      if (left() <= 0 || context.signal.aborted) return undefined;
      const wait = Math.min(Math.max(pause, retryAfterSeconds * 1000), left());
      await sleep(clock, wait, context.signal).catch(() => undefined);
    }
  } finally {
    stopTelling();
  }
}

/** Calls `run` repeatedly; the returned function stops it. */
function every(clock: Clock, ms: number, run: () => void): () => void {
  let stop = clock.after(ms, function again() {
    run();
    stop = clock.after(ms, again);
  });
  return () => stop();
}

async function lookOnce<T>(
  look: (call: Call) => Promise<T | undefined>,
  call: Call,
): Promise<{ found?: T | undefined; retryAfterSeconds?: number | undefined }> {
  try {
    return { found: await look(call) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { retryAfterSeconds: error.retryAfterSeconds };
  }
}
