import { systemClock } from "../clock.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { ConsentOptions } from "./consent-options.ts";

/** The tasks of one process, made on first use; a failed attempt is not kept, so that a key that could not be read is read again. */
export function openTasks({ stateKey, uses, clock = systemClock }: ConsentOptions): () => Promise<Tasks> {
  let opening: Promise<Tasks> | undefined;
  const open = async () => {
    const [{ createTasks }, { createLocalShared }, key] = await Promise.all([
      import("../tasks/tasks.ts"),
      import("../replicas/local.ts"),
      stateKey?.(),
    ]);
    return createTasks({ key, uses: uses ?? createLocalShared(clock), clock });
  };
  return () => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
}
