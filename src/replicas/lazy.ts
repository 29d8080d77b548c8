import type { Shared } from "./port.ts";

/** Opens it with its first use, once. */
export function createLazyShared(open: () => Promise<Shared>): Shared {
  let opened: Promise<Shared> | undefined;
  const shared = () => {
    opened ??= open().catch((error: unknown) => {
      // Not kept, so that what it needs can be put right.
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
