import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/*
 * Tells what this process still has to do, as opposed to what waits for a clock: bytes that one end of a connection has sent and
 * the other has not read, keys in the thread pool, and modules that are loaded on first use. How long these take is up to the
 * machine, so no number of idle turns of the event loop would tell.
 */

/** Both ends of a connection of this process to itself, as far as they are open. A client elsewhere is not known. */
interface Connection {
  readonly serial: number;
  isOurs: boolean;
  client?: Socket;
  server?: Socket;
}

let serials = 0;
/** Clients that have no port yet. */
const connecting = new Map<Socket, number>();
/** By both ports: the system may give one client port to connections to several servers. */
const connected = new Map<string, Connection>();
/** Operations in the thread pool. */
let computing = 0;

subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  connecting.set(socket, serials++);
  socket.once("connect", () => {
    connecting.delete(socket);
    join(`${socket.localPort} ${socket.remotePort}`, "client", socket);
  });
  socket.once("close", () => void connecting.delete(socket));
});

subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  join(`${socket.remotePort} ${socket.localPort}`, "server", socket);
});

function join(ports: string, end: "client" | "server", socket: Socket): void {
  // No TCP, or closed already.
  if (socket.remotePort === undefined) return;
  const connection = connected.get(ports) ?? { serial: serials++, isOurs: false };
  connected.set(ports, connection);
  connection[end] = socket;
  if (end === "client") connection.isOurs = true;
  socket.once("close", () => {
    delete connection[end];
    const isGone = !connection.client && !connection.server;
    if (isGone && connected.get(ports) === connection) connected.delete(ports);
  });
}

for (const name of ["generateKey", "importKey", "exportKey", "sign", "verify"] as const) {
  const original = crypto.subtle[name] as (...args: unknown[]) => Promise<unknown>;
  const counted = (...args: unknown[]) => {
    computing += 1;
    return original.apply(crypto.subtle, args).finally(() => {
      computing -= 1;
    });
  };
  Object.defineProperty(crypto.subtle, name, { value: counted, configurable: true });
}

interface VitestModules {
  readonly resolvingModules: ReadonlySet<string>;
  readonly evaluatedModules: {
    readonly idToModuleMap: ReadonlyMap<string, { readonly promise?: unknown; readonly evaluated: boolean }>;
  };
}

/** Vitest's own notes, because it offers no event. Absent in scripts, whose modules are all in one file. */
const modules = (globalThis as { __vitest_worker__?: VitestModules }).__vitest_worker__;

/** How many modules there were when all of them were loaded. */
let loaded = 0;

function isLoading(): boolean {
  if (modules === undefined) return false;
  if (modules.resolvingModules.size > 0) return true;
  const { idToModuleMap: all } = modules.evaluatedModules;
  if (all.size === loaded) return false;
  if ([...all.values()].some(({ promise, evaluated }) => promise !== undefined && !evaluated)) return true;
  loaded = all.size;
  return false;
}

/** Watches the connections that are opened from now on. Returns a function that tells whether anything is underway. */
export function watchUnderway(): () => boolean {
  const since = serials;
  return () =>
    computing > 0 ||
    isLoading() ||
    [...connecting.values()].some((serial) => serial >= since) ||
    [...connected.values()].some((connection) => connection.serial >= since && isBusy(connection));
}

/** Also if one end has closed or sent its end, and the other does not know it yet. */
function isBusy({ isOurs, client, server }: Connection): boolean {
  if (!isOurs) return false;
  return !client || !server || isAhead(client, server) || isAhead(server, client);
}

function isAhead(sender: Socket, reader: Socket): boolean {
  return sender.bytesWritten !== reader.bytesRead || sender.writableEnded !== reader.readableEnded;
}
