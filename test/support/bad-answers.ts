import type { ServerResponse } from "node:http";
import { setInterval } from "node:timers";

const CHUNK = Buffer.alloc(64 * 1024, " ");

/** More than a client may read; a bound, so that a client without one ends its test. */
const END = 64 * 1024 * 1024;

const begin = (response: ServerResponse) =>
  response.writeHead(200, { "content-type": "application/json" }).write("{");

/** Sends JSON that does not end before 64 MB. @param onClose is told how many bytes were sent. */
export function sendEndlessly(
  response: ServerResponse,
  onClose: (bytes: number) => void = () => undefined,
): void {
  let sent = 0;
  begin(response);
  const more = () => {
    while (sent < END && !response.destroyed) {
      sent += CHUNK.length;
      if (!response.write(CHUNK)) return void response.once("drain", more);
    }
    response.end("}");
  };
  response.once("close", () => onClose(sent));
  more();
}

/** Sends a byte now and then until the client closes the connection. */
export function trickle(response: ServerResponse): void {
  begin(response);
  const timer = setInterval(() => response.write(" "), 5);
  response.once("close", () => clearInterval(timer));
}
