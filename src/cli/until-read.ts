import type { Writable } from "node:stream";
import type { Clock } from "../clock.ts";

/** How long a client that has closed our input may take to read the last responses, and one that has told us to stop. */
const LAST_READ_MS = 5_000;
const LAST_READ_STOPPED_MS = 500;

/** Waits until the client has read what did not fit into the pipe, which the end of the process would cut off. */
export async function untilRead(output: Writable, stop: AbortSignal, clock: Clock): Promise<void> {
  if (output.writableLength === 0) return;
  await new Promise<void>((resolve) => {
    output.write("", () => resolve());
    const limit = (ms: number) => clock.after(ms, resolve);
    if (stop.aborted) return limit(LAST_READ_STOPPED_MS);
    limit(LAST_READ_MS);
    stop.addEventListener("abort", () => limit(LAST_READ_STOPPED_MS), { once: true });
  });
}
