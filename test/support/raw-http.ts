import { connect } from "node:net";

/** Sends raw bytes and returns what was received until the connection ended or `ms` passed. */
export function sendRaw(port: number, text: string, ms = 2_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let answer = "";
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, ms);
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
