import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createData, type Reply } from "./stand-in-data.ts";
import { createLua } from "./stand-in-lua.ts";

export interface StandInOptions {
  /** Default: the real one. */
  readonly clock?: Clock;
  /** Required from clients. */
  readonly password?: string;
  /** The user whose password that is. Default: the one for clients that name none. */
  readonly user?: string;
  /** Delay of each answer, in milliseconds. */
  readonly delayMs?: number;
}

/** A server with the part of the Redis protocol that we use, which can be made to fail. It runs our real scripts. */
export interface StandIn {
  readonly url: string;
  /** Behaves like a stopped process: accepts requests without responding. */
  stop(): void;
  /** Continues, and responds to the requests that arrived meanwhile. */
  go(): void;
  /** Forgets everything, and all connections are lost. */
  restart(): void;
  /** Forgets everything, as on FLUSHALL: all connections remain. */
  clear(): void;
  /** Answers scripts that write with this error from now on, as a full or read-only store does; undefined ends that. */
  refuseWrites(error: string | undefined): void;
  /** Sets its clock back by this many milliseconds. */
  setBack(ms: number): void;
  /** All keys and values, as text. */
  dump(): string;
  /** Number of commands received since the start. */
  count(): number;
  close(): Promise<void>;
}

const READS = new Set(["TIME", "GET", "EXISTS", "PTTL", "ZRANGEBYSCORE"]);

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { clock = systemClock, password, user = "default", delayMs = 0 } = options;
  let behind = 0;
  const data = createData(() => clock.now() - behind);
  let refusal: string | undefined;
  const runLua = createLua((name, args) => {
    if (refusal !== undefined && !READS.has(name)) throw new Error(refusal);
    return data.run(name, args);
  });
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] | undefined;
  let count = 0;

  function answer([name = "", ...args]: string[], session: { isIn: boolean }): string {
    count += 1;
    if (name === "AUTH") {
      if (password === undefined) return "-ERR AUTH <password> called without any password configured\r\n";
      const named = args.length > 1 ? args[0] : "default";
      session.isIn = named === user && args.at(-1) === password;
      return session.isIn ? "+OK\r\n" : "-WRONGPASS invalid username-password pair\r\n";
    }
    if (!session.isIn) return "-NOAUTH Authentication required.\r\n";
    if (name !== "EVAL") return `-ERR unknown command '${name}'\r\n`;
    const [code = "", keys = "0", ...rest] = args;
    try {
      return encode(runLua(code, rest.slice(0, Number(keys)), rest.slice(Number(keys))));
    } catch (error) {
      const { message } = error as Error;
      // Redis passes such errors on as they are.
      return `-${refusal !== undefined && message.includes(refusal) ? refusal : message}\r\n`;
    }
  }

  const server = createServer((socket) => {
    const session = { isIn: password === undefined };
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let read = readCommand(rest); read; read = readCommand(rest)) {
        rest = rest.subarray(read.length);
        const { words } = read;
        const run = () => {
          const text = answer(words, session);
          if (socket.writable) socket.write(text);
        };
        const later = () => (delayMs > 0 ? void clock.after(delayMs, run) : run());
        if (waiting) waiting.push(later);
        else later();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop() {
      waiting ??= [];
    },
    go() {
      const due = waiting ?? [];
      waiting = undefined;
      for (const run of due) run();
    },
    restart() {
      data.clear();
      waiting = undefined;
      for (const socket of sockets) socket.destroy();
    },
    clear: data.clear,
    refuseWrites(error) {
      refusal = error;
    },
    setBack(ms) {
      behind += ms;
    },
    dump: data.dump,
    count: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Parses one array of bulk strings; undefined until it has arrived completely. */
function readCommand(bytes: Buffer): { words: string[]; length: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n");
  if (lineEnd < 0) return undefined;
  const words: string[] = [];
  let at = lineEnd + 2;
  for (let left = Number(bytes.toString("utf8", 1, lineEnd)); left > 0; left -= 1) {
    const end = bytes.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number(bytes.toString("utf8", at + 1, end));
    const next = end + 2 + size + 2;
    if (bytes.length < next) return undefined;
    words.push(bytes.toString("utf8", end + 2, end + 2 + size));
    at = next;
  }
  return { words, length: at };
}

function encode(reply: Reply): string {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${Buffer.byteLength(reply)}\r\n${reply}\r\n`;
  return `*${reply.length}\r\n${reply.map(encode).join("")}`;
}
