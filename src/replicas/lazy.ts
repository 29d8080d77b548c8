import type { Shared } from "./port.ts";

/** Opens the shared state once, on first use. */
export function createLazyShared(open: () => Promise<Shared>): Shared {
  let opened: Promise<Shared> | undefined;
  const shared = () => {
    opened ??= open().catch((error: unknown) => {
      // A failed attempt is not kept, so that its cause can be fixed.
      opened = undefined;
      throw error;
    });
    return opened;
  };
  return {
    run: async (...args) => (await shared()).run(...args),
    lookRecent: async (...args) => (await shared()).lookRecent(...args),
    useOnce: async (...args) => (await shared()).useOnce(...args),
    wasUsed: async (...args) => (await shared()).wasUsed(...args),
    spend: async (...args) => (await shared()).spend(...args),
    isWhole: async () => (await shared()).isWhole(),
    close: async () => (await opened?.catch(() => undefined))?.close(),
  };
}
