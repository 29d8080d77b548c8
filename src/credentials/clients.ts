import { type C1ClientOptions, createC1Client } from "../c1/client.ts";
import type { C1Api } from "../c1/port.ts";
import type { Transport } from "../c1/transport.ts";
import type { Credential, Secret } from "../config/credential.ts";
import { createReadInTime } from "../config/read-in-time.ts";
import { secretFromFile } from "../config/secret-file.ts";
import type { Redactor } from "../log/redact.ts";
import type { Entry, Mapping, Named } from "./entry.ts";

/** The client of an entry, with a token of its own. */
export interface Client {
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
  of(entry: Entry): Client;
  /** Has every secret read, and so masked, before anything is shown; forgets the clients of entries that are gone. */
  prepare(mapping: Mapping): Promise<void>;
}

/** An entry that has changed gets a new client, and with it a new token; running calls keep the one that they began with. */
export function createClients(options: ClientsOptions): Clients {
  let clients = new Map<string, Client>();

  function open(entry: Entry): Client {
    const { credential, secret } = createCredential(entry, options);
    return { api: createC1Client({ ...options, credential, name: entry.name }), secret };
  }
  function of(entry: Entry): Client {
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
      await Promise.allSettled([...next.values()].map(({ secret }) => secret()));
    },
  };
}

function keyOf({ name, credential }: Entry): string {
  return JSON.stringify([name, credential]);
}

export function createCredential(
  { name, credential }: Entry,
  { redactor, timeoutMs }: { readonly redactor: Redactor; readonly timeoutMs: number },
): { readonly credential: Credential; readonly secret: Secret } {
  const { path } = credential;
  const place = `${credential.field} of the credential ${name}`;
  const secret = secretFromFile(place, path, redactor, createReadInTime(timeoutMs));
  return { secret, credential: withSecret(credential, secret) };
}

function withSecret({ kind, clientId = "" }: Named, secret: Secret): Credential {
  switch (kind) {
    case "access_token":
      return { kind, token: secret };
    case "token_exchange":
      return { kind, clientId, subjectToken: secret };
    case "client_credentials":
      return { kind, clientId, clientSecret: secret };
  }
}
