import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { logsIn, startTenant } from "../fixture/tenant.ts";
import { post } from "../fixture/wire.ts";
import { killSpawned, listeningAt, spawnServer } from "../support/spawn.ts";

const GREEDY = "the-token-of-the-greedy-one";
const LOADED = [1, 2, 3, 4].map((number) => `the-token-of-loaded-one-${number}`);
const MODEST = "the-token-of-the-modest-one";
const PART = 100;
const MEBIBYTE = 1024 * 1024;
const MAX_RESIDENT_MB = 700;
const ROUNDS = 40;

const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await killSpawned();
});

const call = (name: string, args: object = {}, id = 1) =>
  JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name, arguments: args } });
const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" });

function open(port: number): Socket {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

function head(length: number | string): string {
  const lines = [
    "POST /mcp HTTP/1.1",
    "Host: localhost",
    `Authorization: Bearer ${GREEDY}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    `Content-Length: ${length}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Sends a large body at once. Returns the status of the response. */
function sendLarge(port: number, body: Buffer, token = GREEDY): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "content-length": body.length,
    };
    const sent = request({ port, host: "127.0.0.1", method: "POST", path: "/mcp", headers, agent: false });
    sent.on("response", (response) => {
      response.resume().on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", () => resolve(0)).end(body);
  });
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

it("300 harmful connections: others are served, memory stays bounded, and each limit has its status", async ({
  annotate,
}) => {
  const tenant = await startTenant();
  const server = spawnServer(["http", "--port", "0"], {
    ...tenant.env,
    C1_MCP_HTTP_TOKEN: [GREEDY, MODEST, ...LOADED].join(),
    C1_MCP_DRAIN_MS: "500",
  });
  const url = await listeningAt(server);
  const port = Number(new URL(url).port);
  const modest = { authorization: `Bearer ${MODEST}` };
  await post(url, call("whoami"), modest);

  // Three kinds of incomplete requests: nothing, a head that does not end, a body that does not arrive.
  for (let count = 0; count < PART; count += 1) {
    open(port).write(["", "POST /mcp HTTP/1.1\r\nHost: localhost\r\n", head(4 * MEBIBYTE)][count % 3] ?? "");
  }
  // Slow readers: they send many requests and read no byte of the responses.
  for (let count = 0; count < PART; count += 1) {
    const socket = open(port).pause();
    socket.write(`${head(LIST.length)}${LIST}`.repeat(50));
  }
  const peak = { mb: 0 };
  const watch = setInterval(() => {
    peak.mb = Math.max(peak.mb, residentMb(server.pid));
  }, 20);
  const large = Buffer.from(call("whoami", { x: "x".repeat(4 * MEBIBYTE - 200) }));
  const loaded = Promise.all(
    Array.from({ length: PART }, (_, index) => sendLarge(port, large, LOADED[index % LOADED.length])),
  );

  // Five at a time, with ids by which the responses are told apart.
  const wrong: string[] = [];
  const ask = async (asker: number) => {
    for (let count = 0; count < ROUNDS; count += 1) {
      const id = asker * ROUNDS + count;
      const { status, text } = await post(url, call("whoami", {}, id), modest);
      if (status !== 200 || !text.includes(`"id":${id}`)) wrong.push(`${id}: ${status} ${text}`);
      await pause(5);
    }
  };
  const ready = async () => {
    for (let count = 0; count < ROUNDS; count += 1) {
      expect((await fetch(new URL("/readyz", url))).status).toBe(200);
      await pause(10);
    }
  };
  await Promise.all([...Array.from({ length: 5 }, (_, asker) => ask(asker)), ready()]);
  const answers = await loaded;
  const tooLarge = await sendLarge(port, Buffer.alloc(4 * MEBIBYTE + 1, " "));
  clearInterval(watch);

  const counts = [...new Set(answers)].map(
    (status) => `${answers.filter((one) => one === status).length} x ${status}`,
  );
  await annotate(`peak ${Math.round(peak.mb)} MB; large: ${counts.join(", ")}`);
  // Every call of the harmless caller was accepted and got its own response. How soon is measured by the bench.
  expect(wrong).toEqual([]);
  expect(peak.mb).toBeLessThan(MAX_RESIDENT_MB);
  // Accepted within the limits and told to retry beyond them; no connection was simply cut.
  expect(new Set(answers)).toEqual(new Set([200, 429]));
  expect([0, 413]).toContain(tooLarge);
  expect(logsIn(server.stderr).filter(({ level }) => Number(level) >= 50)).toEqual([]);

  // Connections that stay open do not prevent the end of the server.
  server.kill("SIGTERM");
  expect(await server.exit).toBe(0);
  await tenant.sandbox.close();
}, 60_000);
