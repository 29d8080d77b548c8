import type { SecretSources, SecretStore } from "./secret-store.ts";

/** The store of secrets, whose code is read with the first call that refers to one: most starts never need it. */
export function createLazySecretStore(sources: SecretSources): SecretStore {
  let opened: Promise<SecretStore> | undefined;
  const open = () => {
    opened ??= import("./secret-store.ts").then(({ createSecretStore }) => createSecretStore(sources));
    return opened;
  };
  return {
    read: async (name) => (await open()).read(name),
    names: async () => (await open()).names(),
    prime: async () => (await open()).prime(),
  };
}
