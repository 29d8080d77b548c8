import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { SharedStore } from "../config/shared-settings.ts";
import { createNames } from "./names.ts";
import { TRY } from "./scripts.ts";
import { createStore } from "./store.ts";

/**
 * Connects to the store as a server does, and runs a script that leaves nothing there. Returns why it cannot be used, in the store's own
 * code or the connection's; undefined if it can.
 */
export async function tryStore(
  { url, password, key }: SharedStore,
  clock: Clock,
): Promise<string | undefined> {
  const names = createNames(await key(), "trial");
  const nameOfNone = () => names.nameOf("trial", randomUUID());
  let tell = (_reason: string | undefined) => {};
  const told = new Promise<string | undefined>((resolve) => {
    tell = resolve;
  });
  const store = createStore({
    url,
    password,
    clock,
    greet: async (run) => void (await run(TRY, [nameOfNone(), nameOfNone()])),
    greetEveryMs: Number.POSITIVE_INFINITY,
    state: {
      known: told.then(() => undefined),
      isUp: false,
      set: (state, reason = "no answer") => tell(state === "up" ? undefined : reason),
    },
  });
  try {
    return await told;
  } finally {
    await store.close();
  }
}
