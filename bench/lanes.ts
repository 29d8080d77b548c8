import type { Era } from "./eras.ts";
import { endHttp, HTTP_ENV, Poster, startHttp, writeCall } from "./http-client.ts";
import type { Running } from "./processes.ts";
import { type Arrival, connectStdio, open } from "./stdio-client.ts";

export const WAYS = ["stdio", "HTTP"] as const;
export type Way = (typeof WAYS)[number];

export const IN_FLIGHT = 16;

/** Calls a tool. */
export type Send = (call: { id: number; tool: string; args: object; era: Era }) => Promise<Arrival>;

/** A server under load. */
export interface Lanes {
  readonly server: Running;
  /** Connections; each carries one call at a time. */
  readonly sends: readonly Send[];
  /** Closes the HTTP connections; the next calls open new ones. */
  rest(): void;
  end(): Promise<void>;
}

/**
 * Starts a server, and on stdio a session of the given era, in which calls of the other era are possible, too.
 * @param node the command without the server's own arguments.
 */
export function openLanes(
  way: Way,
  node: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  era: Era,
): Promise<Lanes> {
  return way === "stdio" ? openPipe([...node, "stdio"], env, era) : openWeb([...node, "http"], env);
}

async function openPipe(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  opened: Era,
): Promise<Lanes> {
  const client = connectStdio(command, opened, { env });
  await open(client, opened);
  const send: Send = ({ tool, args, era }) =>
    client.request("tools/call", { name: tool, arguments: args }, era);
  return {
    server: client.server,
    sends: Array(IN_FLIGHT).fill(send),
    rest: () => undefined,
    end: () => client.end(),
  };
}

async function openWeb(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<Lanes> {
  const server = await startHttp(command, { ...env, ...HTTP_ENV });
  const posters = Array.from({ length: IN_FLIGHT }, () => new Poster(server.url));
  const rest = () => {
    for (const poster of posters) poster.close();
  };
  return {
    server: server.process,
    sends: posters.map(
      (poster): Send =>
        ({ id, tool, args, era }) => {
          const { headers, body } = writeCall(era, id, tool, args);
          return poster.post(headers, body);
        },
    ),
    rest,
    async end() {
      rest();
      await endHttp(server);
    },
  };
}

/** The calls of all connections, counted together. */
export interface Load {
  readonly done: number;
  /** Continues until the total reaches `count` or the time is up. */
  runTo(count: number): Promise<void>;
}

/** @param call makes the call of the given number and checks the response. */
export function createLoad(
  { sends }: Lanes,
  limitMs: number,
  call: (send: Send, id: number) => Promise<void>,
): Load {
  const deadline = performance.now() + limitMs;
  let done = 0;
  return {
    get done() {
      return done;
    },
    async runTo(count) {
      const lane = async (send: Send) => {
        while (done < count && performance.now() < deadline) {
          done += 1;
          await call(send, done);
        }
      };
      await Promise.all(sends.map(lane));
    },
  };
}
