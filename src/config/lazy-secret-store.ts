import type { SecretSources, SecretStore } from "./secret-store.ts";

/** A secret store whose code is loaded by the first call that refers to a secret: most processes never need it. */
export function createLazySecretStore(sources: SecretSources): SecretStore {
  let opened: Promise<SecretStore> | undefined;
  const open = () => {
    opened ??= import("./secret-store.ts").then(({ createSecretStore }) => createSecretStore(sources));
    return opened;
  };
  return {
    read: async (name) => (await open()).read(name),
    names: async () => (await open()).names(),
    ignored: async () => (await open()).ignored(),
    prime: async () => (await open()).prime(),
  };
}
