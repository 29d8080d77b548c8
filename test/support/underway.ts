import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/*
 * Tells what this process still has to do, as opposed to what waits for a clock: bytes that one end of a connection has sent and
 * the other has not read, and keys in the thread pool. How long either takes is up to the machine, so no number of idle turns
 * of the event loop would tell.
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
/** By the port of the client. */
const connected = new Map<number, Connection>();
/** Operations in the thread pool. */
let computing = 0;

subscribe("net.client.socket", (message) => {
  const { socket } = message as { socket: Socket };
  connecting.set(socket, serials++);
  socket.once("connect", () => {
    connecting.delete(socket);
    join(socket.localPort, "client", socket);
  });
  socket.once("close", () => void connecting.delete(socket));
});

subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  join(socket.remotePort, "server", socket);
});

function join(port: number | undefined, end: "client" | "server", socket: Socket): void {
  if (port === undefined) return;
  const connection = connected.get(port) ?? { serial: serials++, isOurs: false };
  connected.set(port, connection);
  connection[end] = socket;
  if (end === "client") connection.isOurs = true;
  socket.once("close", () => {
    delete connection[end];
    const isGone = !connection.client && !connection.server;
    if (isGone && connected.get(port) === connection) connected.delete(port);
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

/** Watches the connections that are opened from now on. Returns a function that tells whether anything is underway. */
export function watchUnderway(): () => boolean {
  const since = serials;
  return () =>
    computing > 0 ||
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
