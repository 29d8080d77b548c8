import { once } from "node:events";
import { Agent, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFront, type FrontOptions } from "../../../src/http/front.ts";
import { createGate } from "../../../src/http/gate.ts";
import { stopServing } from "../../../src/http/stop.ts";
import type { McpFetch } from "../../../src/mcp/http.ts";
import { rawPost, sendRaw, statusOf } from "../../support/raw-http.ts";
import { until } from "../../support/until.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Longer than a test may take. */
const NEVER_MS = 600_000;

const OK: McpFetch = async () => Response.json({ ok: true });

async function start(options: Partial<FrontOptions> = {}) {
  const gate = createGate();
  const logs: Record<string, unknown>[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const mcp = vi.fn(options.mcp ?? OK);
  const server = createFront({ logger, gate, ...options, mcp });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  };
  return { server, gate, mcp, port, logs, get };
}

/** A client that keeps its connection alive, and counts how many it needed. */
function keepingCaller(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const sockets = new Set<unknown>();
  closers.push(() => agent.destroy());
  const headers = { "content-type": "application/json", "content-length": 2 };
  return {
    connections: () => sockets.size,
    ask: () =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ agent, port, host: "127.0.0.1", method: "POST", path: "/mcp", headers }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode));
        })
          .on("socket", (socket) => sockets.add(socket))
          .on("error", reject)
          .end("{}");
      }),
  };
}

const POST = rawPost("/mcp", ["Host: localhost"]);

const POST_IN_PART = POST.replace("Content-Length: 2", "Content-Length: 9").replace(
  "Connection: close\r\n",
  "",
);

describe("health probes", () => {
  it("are answered for any Host, without a token", async () => {
    const { port } = await start({ auth: () => false });
    for (const path of ["/healthz", "/readyz"]) {
      const answer = await sendRaw(
        port,
        `GET ${path} HTTP/1.1\r\nHost: 10.0.0.7:8321\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(answer)).toBe(200);
      expect(answer).toContain('{"status":"ok"}');
    }
  });

  it("of readiness name the failing checks and nothing else", async () => {
    let broken = true;
    const issuer = async () => {
      if (broken) throw new Error("secret detail");
    };
    const { get } = await start({ checks: { oauth_issuer: issuer, http_token: async () => undefined } });
    expect(await get("/readyz")).toMatchObject({
      status: 503,
      text: '{"status":"not ready","failing":["oauth_issuer"]}',
    });
    expect((await get("/healthz")).status).toBe(200);
    broken = false;
    expect((await get("/readyz")).status).toBe(200);
  });

  it("of readiness name the degraded checks", async () => {
    const { get, gate } = await start({
      checks: { oauth_issuer: async () => "degraded", http_token: async () => undefined },
    });
    expect(await get("/readyz")).toMatchObject({
      status: 200,
      text: '{"status":"degraded","degraded":["oauth_issuer"]}',
    });
    expect(await get("/healthz")).toMatchObject({ status: 200, text: '{"status":"ok"}' });
    gate.enter("leaving");
    expect(await get("/readyz")).toMatchObject({
      status: 503,
      text: '{"status":"not ready","failing":["draining"],"degraded":["oauth_issuer"]}',
    });
  });

  it("by HEAD get no body; other methods are not probes", async () => {
    const { get } = await start();
    expect(await get("/readyz", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    expect((await get("/healthz", { method: "POST" })).status).toBe(404);
    expect((await get("/healthz/x")).status).toBe(404);
  });
});

describe("stopping", () => {
  const IDLE = async () => undefined;

  it("is announced first, then requests are refused without being run, then connections close; running calls finish", async () => {
    let finish = (_response: Response) => {};
    const slow: McpFetch = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const { server, gate, mcp, port, get } = await start({ mcp: slow });
    const running = sendRaw(port, POST);
    await until("the call", () => mcp.mock.calls.length === 1);
    const stopped = stopServing(server, gate, { delayMs: 600, drainMs: 5_000 }, IDLE);
    expect(await get("/readyz")).toMatchObject({
      status: 503,
      text: '{"status":"not ready","failing":["draining"]}',
    });
    expect((await get("/healthz")).headers.get("connection")).toBe("close");
    mcp.mockImplementation(OK);
    expect(statusOf(await sendRaw(port, POST))).toBe(200);

    await until("the refusal", () => gate.phase === "refusing");
    const refused = await sendRaw(port, POST);
    expect(statusOf(refused)).toBe(503);
    expect(refused).toMatch(/retry-after: 1\r\n/i);
    expect(refused).toContain("nothing was done");
    expect(mcp).toHaveBeenCalledTimes(2);

    await until("the end of listening", () => !server.listening);
    expect(await sendRaw(port, POST)).toBe("");
    finish(Response.json({ late: true }));
    expect(await running).toMatch(/connection: close[\s\S]*\{"late":true\}/i);
    await stopped;
  });

  it("does not wait for idle connections, or for calls that never end", async () => {
    const { server, gate, mcp, port } = await start({ mcp: () => new Promise(() => undefined) });
    server.keepAliveTimeout = NEVER_MS;
    const idle = connect(port, "127.0.0.1");
    closers.push(() => idle.destroy());
    idle.write("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await once(idle, "data");
    const running = sendRaw(port, POST);
    await until("the call", () => mcp.mock.calls.length === 1);
    await stopServing(server, gate, { delayMs: 0, drainMs: 200 }, IDLE);
    expect(await running).toBe("");
    await until("the call to hear of it", () => mcp.mock.calls[0]?.[0].signal.aborted === true);
  });

  it.each([
    ["without a request", ""],
    ["with half of a head", "GET /healthz HTTP/1.1\r\nHo"],
  ])("does not wait for a connection %s", async (_what, text) => {
    const { server, gate, port } = await start({ timeLimits: { headersMs: NEVER_MS, requestMs: NEVER_MS } });
    const open = once(server, "connection");
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    closers.push(() => socket.destroy());
    await open;
    if (text !== "") {
      socket.write(text);
      await until("the text", () => socket.bytesWritten === text.length && socket.writableLength === 0);
    }
    await stopServing(server, gate, { delayMs: 0, drainMs: NEVER_MS }, IDLE);
    await until("the end", () => socket.closed);
  });

  it.each([
    ["half of the next head", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /heal"],
    ["half of a body that was refused unread", POST_IN_PART.replace("/mcp", "/other")],
  ])("does not wait for %s after an answer", async (_what, text) => {
    const { server, gate, port } = await start({ timeLimits: { headersMs: NEVER_MS, requestMs: NEVER_MS } });
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    closers.push(() => socket.destroy());
    socket.write(text);
    await once(socket, "data");
    await stopServing(server, gate, { delayMs: 0, drainMs: NEVER_MS }, IDLE);
    await until("the end", () => socket.closed);
  });

  it("ends calls whose caller has left at the limit", async () => {
    const { server, gate } = await start();
    const running = once(gate.over, "abort").then(() => undefined);
    await stopServing(server, gate, { delayMs: 0, drainMs: 100 }, () => running);
    expect(gate.over.aborted).toBe(true);
  });

  it("tells callers whose request did not arrive in time that nothing was done", async () => {
    const { server, gate, mcp, port, logs } = await start();
    const refused = sendRaw(port, POST_IN_PART);
    await until("the request", () => gate.running === 1);
    await stopServing(server, gate, { delayMs: 0, drainMs: 100 }, IDLE);
    expect(statusOf(await refused)).toBe(503);
    expect(await refused).toContain("nothing was done");
    expect(mcp).not.toHaveBeenCalled();
    expect(logs).toEqual([]);
  });
});

describe("slow callers", () => {
  const HASTY = { headersMs: 200, requestMs: 1_500, checkMs: 50, takeMs: 200 };
  const FIRST_LINE = "POST /mcp HTTP/1.1\r\nHost: localhost\r\n";

  it.each([
    ["a connection on which nothing comes", "", 200],
    ["a head that does not end", FIRST_LINE, 200],
    ["a body that does not end", POST.replace(/Content-Length: 2/, "Content-Length: 9"), 1_500],
  ])("%s is ended", async (_what, text, ms) => {
    const { port, mcp, logs } = await start({ timeLimits: HASTY });
    const started = performance.now();
    const answer = await sendRaw(port, text);
    expect(performance.now() - started).toBeGreaterThan(ms * 0.5);
    expect([0, 408]).toContain(statusOf(answer));
    expect(mcp).not.toHaveBeenCalled();
    expect(logs).toEqual([]);
  });

  it("a caller who does not read the response is disconnected", async () => {
    const huge = async () => Response.json("x".repeat(32 * 1024 * 1024));
    const { port, gate, mcp } = await start({ timeLimits: HASTY, mcp: huge });
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    socket.pause();
    socket.write(POST);
    await until("the call", () => mcp.mock.calls.length === 1);
    await until("its end", () => gate.running === 0);
    socket.destroy();
  });

  it("a call ends at the total limit, whatever it waits for", async () => {
    const { port, gate, mcp } = await start({
      timeLimits: { totalMs: 600 },
      mcp: () => new Promise(() => undefined),
    });
    expect(await sendRaw(port, POST)).toBe("");
    expect(mcp).toHaveBeenCalledTimes(1);
    await until("its end", () => gate.running === 0);
  });

  it("idle connections make room for new ones before the limit is reached", async () => {
    const { port } = await start({ timeLimits: { maxConnections: 10 } });
    for (let caller = 1; caller <= 15; caller += 1) expect(await keepingCaller(port).ask()).toBe(200);
  });

  it("nobody is disconnected while nobody new arrives", async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const mcp: McpFetch = async () => released.then(() => Response.json({}));
    const { port, gate } = await start({ timeLimits: { maxConnections: 10 }, mcp });
    const callers: ReturnType<typeof keepingCaller>[] = [];
    const answers: Promise<number | undefined>[] = [];
    for (let count = 1; count <= 10; count += 1) {
      const caller = keepingCaller(port);
      callers.push(caller);
      answers.push(caller.ask());
      await until("it to be under way", () => gate.running === count);
    }
    release();
    expect(await Promise.all(answers)).toEqual(Array(10).fill(200));
    for (const caller of callers) expect(await caller.ask()).toBe(200);
    expect(callers.map(({ connections }) => connections())).toEqual(Array(10).fill(1));
  });

  it("no connections beyond the limit are accepted, and the log says so once", async () => {
    const { port, get, logs } = await start({ timeLimits: { maxConnections: 10 } });
    const idle = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    await pause(50);
    expect((await get("/healthz")).status).toBe(200);
    expect((await get("/healthz")).status).toBe(200);
    const more = Array.from({ length: 20 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    await until("the door to close", () => more.filter((socket) => socket.closed).length > 1);
    expect(logs).toMatchObject([
      { level: 40, msg: "new connections are refused, because too many are open" },
    ]);
    for (const socket of [...idle, ...more]) socket.destroy();
  });
});

describe("a client that asks before sending the body", () => {
  const ask = (port: number, headers: Record<string, string | number>) =>
    new Promise<{ status: number; continued: boolean }>((resolve, reject) => {
      let continued = false;
      const all = { "content-type": "application/json", expect: "100-continue", ...headers };
      const outgoing = request({ port, host: "127.0.0.1", method: "POST", path: "/mcp", headers: all });
      outgoing.on("continue", () => {
        continued = true;
        outgoing.end("{}");
      });
      outgoing.on("response", (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, continued });
        outgoing.destroy();
      });
      outgoing.on("error", reject).flushHeaders();
    });

  it("is told to continue if it will be read", async () => {
    const { port } = await start();
    expect(await ask(port, { "content-length": 2 })).toEqual({ status: 200, continued: true });
  });

  it.each([
    ["a strange Host", { host: "evil.example", "content-length": 2 }, 403],
    ["a body too large", { "content-length": 5_000_000 }, 413],
    ["another type", { "content-length": 2, "content-type": "text/plain" }, 415],
    ["a compressed body", { "content-length": 2, "content-encoding": "gzip" }, 415],
  ])("is refused at once for %s", async (_what, headers, status) => {
    const { port } = await start();
    expect(await ask(port, headers)).toEqual({ status, continued: false });
  });
});
