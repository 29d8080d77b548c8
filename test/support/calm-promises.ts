import { AsyncLocalStorage } from "node:async_hooks";
import { afterAll } from "vitest";

/*
 * Until Node 24, every promise of a process is slower by half or more from the first use of an AsyncLocalStorage on, until that
 * is disabled. Test files share their processes, so each disables what it used: the authorization server of the tests uses one for
 * each request.
 */

type Storage = AsyncLocalStorage<unknown>;

const shared = globalThis as { usedStorages?: Set<Storage> };
shared.usedStorages ??= watchUse();
const used = shared.usedStorages;

function watchUse(): Set<Storage> {
  const storages = new Set<Storage>();
  const { run } = AsyncLocalStorage.prototype;
  Object.defineProperty(AsyncLocalStorage.prototype, "run", {
    value(this: Storage, ...args: Parameters<typeof run>) {
      storages.add(this);
      return run.apply(this, args);
    },
  });
  return storages;
}

afterAll(() => {
  for (const storage of used) storage.disable();
  used.clear();
});
