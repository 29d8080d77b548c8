import { connect } from "node:net";

/** A server that is going to end a connection has done so by then, on a busy machine too. */
const GIVE_UP_MS = 30_000;

/** Sends raw bytes and returns what was received until the connection ended; rejects if it does not end. */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the connection did not end, after ${JSON.stringify(answer)}`));
    }, GIVE_UP_MS);
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", end).on("close", end);
    socket.write(text);
  });
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** A POST with a custom head, because no library sends what browsers and attackers may send. */
export function rawPost(target: string, headers: readonly string[], body = "{}", version = "1.1"): string {
  const head = [
    `POST ${target} HTTP/${version}`,
    ...headers,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
