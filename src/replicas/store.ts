import { createClient, ErrorReply } from "@redis/client";
import { type Clock, readSteady, sleep, waitWithin } from "../clock.ts";
import type { Secret } from "../config/credential.ts";
import type { Script } from "./scripts.ts";
import type { StoreState } from "./store-state.ts";

export type Reply = number | string | null | Reply[];

/** The connection to Redis or Valkey. Never queues commands while disconnected. */
export interface Store {
  /** Runs a script. Rejects with `StoreDown` if no response comes in time, and at once while disconnected. */
  run(script: Script, keys: readonly string[], args?: readonly (string | number)[]): Promise<Reply>;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** `redis://` or `rediss://`, without a password. */
  readonly url: string;
  /** Read anew for each connection. */
  readonly password?: Secret | undefined;
  readonly clock: Clock;
  /** Run on each new connection before anything else may use it, and again from time to time. */
  readonly greet: (run: Store["run"], isFirst: boolean) => Promise<void>;
  /** How often an existing connection is greeted, in milliseconds. */
  readonly greetEveryMs: number;
  readonly state: StoreState;
}

/** The store was not asked, or did not respond in time: the request may still be executed. */
export class StoreDown extends Error {}

/** The longest a script may take, in milliseconds. Scripts normally take less than one. */
const REPLY_MS = 1_000;

/** The longest a connection may take, including TLS and password, in milliseconds. */
const CONNECT_MS = 3_000;

/** Pauses between attempts to connect, in milliseconds; the last one repeats. */
const PAUSES_MS = [50, 100, 200, 400, 800];

/** More than a replica can have in progress. */
const MAX_UNDER_WAY = 20_000;

/** Connects at once, and again whenever the connection is lost or a response is overdue. */
export function createStore(options: StoreOptions): Store {
  const { clock, greet, greetEveryMs, state } = options;
  const closing = new AbortController();
  let current: Connection | undefined;
  let failures = 0;

  /** Returns why an existing connection was lost; rejects if none could be made. */
  async function connectOnce(): Promise<string> {
    const connection = connect(options);
    closing.signal.addEventListener("abort", connection.drop, { once: true });
    try {
      await connection.opened;
      await greet(connection.run, true);
      current = connection;
      failures = 0;
      state.set("up");
      return await greetUntilLost(connection);
    } finally {
      current = undefined;
      closing.signal.removeEventListener("abort", connection.drop);
      connection.drop();
    }
  }

  /** A store can also lose its memory without losing its connections. */
  async function greetUntilLost({ lost, run }: Connection): Promise<string> {
    const isLost = () =>
      within(clock, greetEveryMs, lost).then(
        () => true,
        () => false,
      );
    while (!(await isLost())) await Promise.race([lost, greet(run, false)]);
    return lost;
  }

  async function keepConnected(): Promise<void> {
    while (!closing.signal.aborted) {
      const reason = await connectOnce().catch((error: unknown) => describeError(error));
      if (closing.signal.aborted) return;
      state.set("down", reason);
      const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
      failures += 1;
      await sleep(clock, pause, closing.signal).catch(() => undefined);
    }
  }

  const kept = keepConnected();
  return {
    async run(...given) {
      await state.known;
      if (!current) throw new StoreDown("no connection");
      return current.run(...given);
    },
    async close() {
      closing.abort();
      await kept;
    },
  };
}

interface Connection {
  readonly run: Store["run"];
  /** Rejects if it cannot be opened in time. */
  readonly opened: Promise<unknown>;
  /** Resolves with the reason when the connection is no longer usable. */
  readonly lost: Promise<string>;
  /** Closes it, and ends everything that waits for a response on it. */
  readonly drop: () => void;
}

function connect(options: StoreOptions): Connection {
  const { clock } = options;
  const client = openClient(options);
  let end = (_reason: string) => {};
  const lost = new Promise<string>((resolve) => {
    end = resolve;
  });
  const close = (reason: string) => {
    end(reason);
    if (client.isOpen) client.destroy();
  };
  client.on("error", (error: unknown) => close(describeError(error, LOST)));
  return {
    opened: within(clock, CONNECT_MS, client.connect()),
    lost,
    drop: () => close(LOST),
    async run(script, keys, args = []) {
      const command = ["EVAL", script.lua, String(keys.length), ...keys, ...args.map(String)];
      try {
        return await within(clock, REPLY_MS, client.sendCommand<Reply>(command));
      } catch (error) {
        if (!isAboutScript(error)) close(describeError(error));
        throw new StoreDown(script.name, { cause: error });
      }
    },
  };
}

/** Any other error reply concerns the store: it is full, or has become a read-only replica. It must be greeted again. */
function isAboutScript(error: unknown): boolean {
  return error instanceof ErrorReply && error.message.startsWith("ERR");
}

/** A reply is of use even if the caller who asked has left, so only the time limits it. */
function within<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T> {
  const limits = { signal: NEVER, deadline: readSteady(clock) + ms };
  return waitWithin(work, limits, clock, () => new Error("no answer in time"));
}

const NEVER = new AbortController().signal;

function openClient({ url, password }: StoreOptions) {
  const address = new URL(url);
  const { username } = address;
  // With a user name in it, the client would take the password from there, too, instead of asking for it.
  address.username = "";
  return createClient({
    url: address.href,
    RESP: 2,
    // Reconnecting is done above, because a hanging connection must be given up as well.
    socket: { connectTimeout: CONNECT_MS, reconnectStrategy: false },
    disableOfflineQueue: true,
    commandsQueueMaxLength: MAX_UNDER_WAY,
    disableClientInfo: true,
    maintNotifications: "disabled",
    ...(password && {
      credentialsProvider: {
        type: "async-credentials-provider",
        credentials: async () => ({
          ...(username !== "" && { username: decodeURIComponent(username) }),
          password: await password(),
        }),
      },
    }),
  });
}

const LOST = "connection lost";

/** Only a code: the message could contain an address or a name. */
function describeError(error: unknown, otherwise = "no answer in time"): string {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (cause !== undefined) return describeError(cause, otherwise);
  if (typeof code === "string") return code;
  return /^(?:ERR AUTH|[A-Z]{3,})\b/.exec(String(message))?.[0] ?? otherwise;
}
