import { createServer, type Server } from "node:http";
import { type AddressInfo, connect as connectSocket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findProxies } from "../../../src/c1/dispatcher.ts";
import { call, connect, failureOf, json, type Stub, startStub } from "./stub-tenant.ts";

const VARIABLES = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"];

let stub: Stub;
let proxy: Server;
let tunnels: string[];
/** The proxy's status for CONNECT. */
let verdict: number;

beforeEach(async () => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined);
  tunnels = [];
  verdict = 200;
  stub = await startStub(json(200, { app: { id: "a10000000000000000000000000" } }));
  proxy = createServer().on("connect", (request, socket) => {
    tunnels.push(request.url ?? "");
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
    expect(failure.next).toContain("HTTPS_PROXY");
    expect(failure.message).not.toContain("proxy-password");
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
