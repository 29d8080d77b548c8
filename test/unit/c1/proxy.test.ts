import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as connectSocket } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findProxies } from "../../../src/c1/dispatcher.ts";
import { call, connect, failureOf, json, type Stub, startStub } from "./stub-tenant.ts";

const VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

let stub: Stub;
let proxy: Server;
let tunnels: string[];
/** The proxy's status for CONNECT, or what it does instead. */
let verdict: number | ((socket: Duplex) => void);

beforeEach(async () => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  tunnels = [];
  verdict = 200;
  stub = await startStub(json(200, { app: { id: "a10000000000000000000000000" } }));
  proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url ?? "");
    if (typeof verdict === "function") return verdict(socket);
    if (verdict !== 200) return socket.end(`HTTP/1.1 ${verdict} No\r\n\r\n`);
    const upstream = connectSocket(Number(new URL(stub.url).port), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  proxy.close();
  await stub.close();
});

const proxyHost = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;

describe("findProxies", () => {
  it.each([
    "http://localhost:1",
    "http://127.0.0.1:1",
    "http://127.8.9.1",
    "http://[::1]:1",
  ])("returns none for %s", (url) => {
    expect(findProxies(url, { HTTP_PROXY: "http://p:1", https_proxy: "http://p:1" })).toBeUndefined();
  });

  it("reads both spellings, and an address without a scheme", () => {
    const url = "https://acme.conductor.one";
    expect(findProxies(url, {})).toBeUndefined();
    expect(findProxies(url, { https_proxy: "", HTTPS_PROXY: "p:1" })).toEqual({
      httpProxy: "",
      httpsProxy: "http://p:1",
    });
    expect(findProxies(url, { http_proxy: "http://p:2" })).toEqual({
      httpProxy: "http://p:2",
      httpsProxy: "http://p:2",
    });
  });

  it.each<[boolean, string]>([
    [true, "*"],
    [true, "acme.conductor.one"],
    [true, "ACME.Conductor.One:443"],
    [true, "other.example, .conductor.one"],
    [true, "*.conductor.one"],
    [true, "other.example one"],
    [false, "acme.conductor.one:8443"],
    [false, "cme.conductor.one"],
    [false, "me.acme.conductor.one"],
  ])("returns none: %s, for NO_PROXY=%s", (isNone, list) => {
    const env = { HTTPS_PROXY: "http://p:1", NO_PROXY: list };
    expect(findProxies("https://acme.conductor.one", env) === undefined).toBe(isNone);
    expect(findProxies("https://acme.conductor.one:443", { ...env, no_proxy: "other" })).toBeDefined();
  });

  it("does not mistake a host that only begins like loopback for loopback", () => {
    expect(findProxies("https://127.0.0.1.evil.test", { HTTP_PROXY: "http://p:1" })).toBeDefined();
  });
});

describe("a tenant behind a proxy", () => {
  it("is reached through it", async () => {
    vi.stubEnv("HTTP_PROXY", proxyHost());
    const { c1 } = connect("http://acme.invalid");
    expect(await c1.apps.get("a10000000000000000000000000", call())).toEqual({
      id: "a10000000000000000000000000",
    });
    expect(tunnels).toEqual(["acme.invalid:80"]);
    await c1.close();
  });

  it.each([407, 502])("received no write if the proxy responds %i", async (status) => {
    vi.stubEnv("http_proxy", `http://user:proxy-password@${proxyHost()}`);
    verdict = status;
    const { c1 } = connect("http://acme.invalid");
    const failure = await failureOf(c1.apps.create({ displayName: "A" }).send(call()));
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.message).toContain("proxy on the way to acme.invalid");
    expect(failure.message).toContain(`(HTTP ${status})`);
    expect(failure.next).toContain("HTTPS_PROXY");
    expect(failure.message).not.toContain("proxy-password");
    await c1.close();
  });

  it.each<[string, (socket: Duplex) => void, string]>([
    ["closes the connection", (socket) => socket.end(), "could not be used (ECONNRESET)"],
    [
      "breaks off its response",
      (socket) => socket.end("HTTP/1.1 200 Conn"),
      "could not be used (ECONNRESET)",
    ],
    ["speaks something else", (socket) => socket.write("SSH-2.0-OpenSSH\r\n"), "could not be used"],
  ])("is given up at once if the proxy %s", async (_what, act, words) => {
    vi.stubEnv("http_proxy", proxyHost());
    verdict = act;
    const { c1 } = connect("http://acme.invalid");
    const failure = await failureOf(c1.apps.create({ displayName: "A" }).send(call()));
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.message).toContain(words);
    expect(failure.message).not.toContain("()");
    expect(tunnels).toHaveLength(1);
    await c1.close();
  });

  it("exempt from it, the proxy is not blamed", async () => {
    vi.stubEnv("http_proxy", proxyHost());
    vi.stubEnv("no_proxy", "acme.invalid");
    const { c1 } = connect("http://acme.invalid");
    const failure = await failureOf(c1.apps.create({ displayName: "A" }).send(call()));
    expect(failure.message).toContain("acme.invalid");
    expect(failure.message).not.toContain("proxy");
    expect(tunnels).toEqual([]);
    await c1.close();
  });

  it("a malformed proxy address is named", async () => {
    vi.stubEnv("HTTP_PROXY", "http://[nonsense");
    const { c1 } = connect("http://acme.invalid");
    const failure = await failureOf(c1.apps.get("a10000000000000000000000000", call()));
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.next).toContain("proxy");
    await c1.close();
  });

  it("loopback bypasses the proxy", async () => {
    vi.stubEnv("HTTP_PROXY", `http://${proxyHost()}`);
    const { c1 } = connect(stub.url);
    expect(await c1.apps.get("a10000000000000000000000000", call())).toEqual({
      id: "a10000000000000000000000000",
    });
    expect(tunnels).toEqual([]);
    await c1.close();
  });
});
