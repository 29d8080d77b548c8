import { setTimeout as pause } from "node:timers/promises";

/** How long the end of the process waits for what Node's threads are doing, in milliseconds. */
const PATIENCE_MS = 500;

const LOOK_MS = 20;

/** DNS look-ups, and operations on files. */
const ON_THREADS = /^(?:GetAddrInfo|GetNameInfo|FSReq)/;

/**
 * Whether one of Node's threads hangs: nobody can end a look-up whose DNS server is silent, or a read from a mount that does not
 * respond. An exit waits for it.
 */
export async function hangs(): Promise<boolean> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (!process.getActiveResourcesInfo().some((name) => ON_THREADS.test(name))) return false;
    await pause(LOOK_MS);
  }
  return true;
}
