import type { Shared } from "./port.ts";

/** Opens it with its first use, once. */
export function createLazyShared(open: () => Promise<Shared>): Shared {
  let opened: Promise<Shared> | undefined;
  const shared = () => {
    opened ??= open();
    return opened;
  };
  return {
    run: async (...args) => (await shared()).run(...args),
    lookRecent: async (...args) => (await shared()).lookRecent(...args),
    useOnce: async (...args) => (await shared()).useOnce(...args),
    wasUsed: async (...args) => (await shared()).wasUsed(...args),
    spend: async (...args) => (await shared()).spend(...args),
    close: async () => (await opened)?.close(),
  };
}
