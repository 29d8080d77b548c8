import { type C1ClientOptions, createC1Client } from "../c1/client.ts";
import type { C1Api } from "../c1/port.ts";
import type { Transport } from "../c1/transport.ts";
import type { Secret } from "../config/credential.ts";
import { Failure } from "../errors.ts";
import type { CredentialEntry, Mapping } from "./entry.ts";
import { createEntrySecrets, withSecret } from "./entry-secrets.ts";

/** The client of an entry, with its own token. */
export interface EntryClient {
  readonly api: C1Api;
  readonly secret: Secret;
}

export interface ClientsOptions extends Omit<C1ClientOptions, "credential" | "name" | "transport"> {
  /** The connections that all clients share. */
  readonly transport: Transport;
  readonly timeoutMs: number;
}

/** The clients of the entries in force. */
export interface Clients {
  of(entry: CredentialEntry): EntryClient;
  /**
   * Reads and thereby masks every secret before anything is shown, and drops the clients of removed entries. Returns the failures
   * of unreadable secrets.
   */
  prepare(mapping: Mapping): Promise<Failure[]>;
}

/** A changed entry gets a new client with a new token; running calls keep the client that they started with. */
export function createClients(options: ClientsOptions): Clients {
  const secrets = createEntrySecrets(options);
  let clients = new Map<string, EntryClient>();

  function open(entry: CredentialEntry): EntryClient {
    const secret = secrets.of(entry);
    const credential = withSecret(entry.credential, secret);
    return { api: createC1Client({ ...options, credential, name: entry.name }), secret };
  }
  function of(entry: CredentialEntry): EntryClient {
    const key = keyOf(entry);
    const client = clients.get(key) ?? open(entry);
    clients.set(key, client);
    return client;
  }

  return {
    of,
    async prepare({ entries }) {
      const next = new Map(entries.map((entry) => [keyOf(entry), of(entry)]));
      clients = next;
      const read = await Promise.allSettled([...next.values()].map(({ secret }) => secret()));
      return read.flatMap((result) =>
        result.status === "rejected" && result.reason instanceof Failure ? [result.reason] : [],
      );
    },
  };
}

function keyOf({ name, credential }: CredentialEntry): string {
  return JSON.stringify([name, credential]);
}
