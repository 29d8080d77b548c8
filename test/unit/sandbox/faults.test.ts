import { describe, expect, it } from "vitest";
import type { Fault, Sandbox } from "../../../src/sandbox/start.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { until } from "../../support/until.ts";
import { call, openSandbox, requestToken } from "./harness.ts";

const waitUntil = (isTrue: () => boolean) => until("the awaited state", isTrue);
const create = (sandbox: Sandbox) => call(sandbox, "POST", "/api/v1/apps", { displayName: "Faulty" });
const list = (sandbox: Sandbox) => call(sandbox, "GET", "/api/v1/apps");
const created = (sandbox: Sandbox) => sandbox.state.apps.filter((app) => app.displayName === "Faulty").length;
const lastStatus = (sandbox: Sandbox) => sandbox.requests.at(-1)?.status;

describe("each kind of fault", () => {
  it("status: with headers and body, or in the API's error form", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "status", status: 429, headers: { "retry-after": "7" } } });
    sandbox.faults.add({ do: { kind: "status", status: 500, body: { code: 2, message: "odd" } } });
    const limited = await list(sandbox);
    expect([limited.status, limited.headers.get("retry-after"), limited.json.code]).toEqual([429, "7", 8]);
    expect((await list(sandbox)).json).toEqual({ code: 2, message: "odd" });
    expect((await list(sandbox)).status).toBe(200);
  });

  it("html, empty, text, redirect", async () => {
    const sandbox = await openSandbox();
    const faults: Fault[] = [
      { kind: "html" },
      { kind: "empty" },
      { kind: "text", status: 502, body: "bad gateway" },
      { kind: "redirect", status: 307, location: "https://elsewhere.example/" },
    ];
    for (const fault of faults) sandbox.faults.add({ do: fault });
    const html = await list(sandbox);
    expect([html.status, html.text]).toEqual([200, expect.stringContaining("<html")]);
    const empty = await list(sandbox);
    expect([empty.status, empty.text]).toEqual([200, ""]);
    const text = await list(sandbox);
    expect([text.status, text.text]).toEqual([502, "bad gateway"]);
    const redirect = await list(sandbox);
    expect([redirect.status, redirect.headers.get("location")]).toEqual([307, "https://elsewhere.example/"]);
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200, 200, 502, 307]);
  });

  it("reset: no response at all", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "reset" } });
    await expect(list(sandbox)).rejects.toThrow("fetch failed");
    expect(lastStatus(sandbox)).toBe(0);
    expect((await list(sandbox)).status).toBe(200);
  });

  it("truncate: a status, and half of a body", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "truncate" } });
    const response = await fetch(`${sandbox.serverUrl}/api/v1/apps`, {
      headers: { authorization: `Bearer ${sandbox.issueToken()}` },
    });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it("oversize: valid JSON above the given size", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "oversize", bytes: 300_000 } });
    const reply = await list(sandbox);
    expect(reply.text.length).toBeGreaterThan(300_000);
    expect(reply.json.list).toEqual([]);
  });

  it("drip: the real response, byte by byte", async () => {
    const sandbox = await openSandbox();
    const { json } = await call(sandbox, "GET", "/api/v1/auth/introspect");
    sandbox.faults.add({ do: { kind: "drip", ms: 0 } });
    expect((await call(sandbox, "GET", "/api/v1/auth/introspect")).json).toEqual(json);
  });

  it("rewrite: the operation runs, and its response is altered under the same status", async () => {
    const sandbox = await openSandbox();
    const rename = (body: unknown) => {
      const { app } = body as { app: object };
      return { app: { ...app, displayName: "Something else" } };
    };
    sandbox.faults.add({ do: { kind: "rewrite", rewrite: rename }, when: "after" });
    const reply = await create(sandbox);
    expect([reply.status, reply.json.app.displayName]).toEqual([200, "Something else"]);
    expect(created(sandbox)).toBe(1);
    expect(sandbox.state.apps.map(({ id }) => id)).toContain(reply.json.app.id);
    sandbox.faults.add({ do: { kind: "rewrite", rewrite: () => [] } });
    expect((await list(sandbox)).json).toEqual([]);
    sandbox.faults.add({ do: { kind: "rewrite", rewrite: (body) => ({ was: body }) } });
    const refused = await call(sandbox, "POST", "/api/v1/search/apps", { pageSize: 101 });
    expect([refused.status, refused.json.was.code]).toEqual([400, 3]);
  });

  it("rewrite before the commit: a response to a write that did not run", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "rewrite", rewrite: (body) => ({ app: null, was: body }) } });
    const reply = await create(sandbox);
    expect([reply.status, reply.json]).toEqual([
      200,
      { app: null, was: { sandbox: "the operation did not run" } },
    ]);
    expect(created(sandbox)).toBe(0);
  });

  it("rewrite ignores a response that is not JSON", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "rewrite", rewrite: () => ({}) } });
    expect((await call(sandbox, "GET", "/somewhere")).text).toContain("<html");
  });

  it("latency: waits by the clock, and runs even if the client has left", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    sandbox.faults.add({ do: { kind: "latency", ms: 5000 }, times: 2 });
    const waiting = create(sandbox);
    await waitUntil(() => clock.pending() === 1);
    expect(created(sandbox)).toBe(0);
    clock.advance(5000);
    expect((await waiting).status).toBe(200);
    const gone = new AbortController();
    const leaving = fetch(`${sandbox.serverUrl}/api/v1/apps`, {
      method: "POST",
      headers: { authorization: `Bearer ${sandbox.issueToken()}`, "content-type": "application/json" },
      body: JSON.stringify({ displayName: "Faulty" }),
      signal: gone.signal,
    });
    // The client leaves once the request has arrived; before that, nothing would run.
    await waitUntil(() => clock.pending() === 1);
    gone.abort();
    await expect(leaving).rejects.toThrow("aborted");
    expect(created(sandbox)).toBe(1);
    clock.advance(5000);
    await waitUntil(() => created(sandbox) === 2);
  });

  it("silence: nothing until the sandbox closes, which waits for no request", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "silence" }, times: 2 });
    sandbox.faults.add({ do: { kind: "latency", ms: 600_000 } });
    const hanging = [list(sandbox), list(sandbox), list(sandbox)].map((reply) => reply.catch(() => "ended"));
    await waitUntil(() => sandbox.faults.pending === 0);
    await sandbox.close();
    await sandbox.close();
    expect(await Promise.all(hanging)).toEqual(["ended", "ended", "ended"]);
  });

  it("latency ends with the sandbox, without running anything", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    sandbox.faults.add({ do: { kind: "latency", ms: 5000 } });
    const hanging = create(sandbox).catch(() => "ended");
    await waitUntil(() => clock.pending() === 1);
    await sandbox.close();
    expect([await hanging, clock.pending(), created(sandbox)]).toEqual(["ended", 0, 0]);
  });

  it("latency after the commit delays only the response", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    sandbox.faults.add({ do: { kind: "latency", ms: 5000 }, when: "after" });
    const waiting = create(sandbox);
    await waitUntil(() => clock.pending() === 1);
    expect(created(sandbox)).toBe(1);
    clock.advance(5000);
    expect((await waiting).json.app.displayName).toBe("Faulty");
  });

  it("none for a request whose token is refused, if it is to take effect first", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "empty" }, when: "after" });
    const refused = await fetch(`${sandbox.serverUrl}/api/v1/apps`, {
      method: "POST",
      headers: { authorization: "Bearer of-nobody", "content-type": "application/json" },
      body: JSON.stringify({ displayName: "Faulty" }),
    });
    expect([refused.status, created(sandbox), lastStatus(sandbox)]).toEqual([401, 0, 401]);
  });

  it("expireToken: 401 for this request, or for the next", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "expireToken" } });
    expect((await create(sandbox)).json.code).toBe(16);
    expect(created(sandbox)).toBe(0);
    sandbox.faults.add({ do: { kind: "expireToken" }, when: "after" });
    const authorization = `Bearer ${sandbox.issueToken()}`;
    const ask = () => call(sandbox, "GET", "/api/v1/apps", undefined, { authorization });
    expect((await ask()).status).toBe(200);
    expect((await ask()).status).toBe(401);
  });
});

describe("faults before and after the commit", () => {
  const kinds: Fault[] = [
    { kind: "status", status: 503 },
    { kind: "reset" },
    { kind: "truncate" },
    { kind: "html" },
    { kind: "empty" },
    { kind: "text", status: 500, body: "boom" },
    { kind: "oversize", bytes: 10 },
    { kind: "drip", ms: 0 },
    { kind: "redirect", status: 301, location: "/" },
  ];
  it.each(
    kinds.map((fault) => [fault.kind, fault] as const),
  )("%s keeps a write from running, or lets it run", async (_, fault) => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: fault });
    await create(sandbox).catch(() => undefined);
    expect(created(sandbox)).toBe(0);
    sandbox.faults.add({ do: fault, when: "after" });
    const reply = await create(sandbox).catch(() => undefined);
    expect(created(sandbox)).toBe(1);
    if (fault.kind !== "drip") expect(reply?.json?.app).toBeUndefined();
    expect((await create(sandbox)).json.app.displayName).toBe("Faulty");
  });

  it("silence after the commit leaves the app behind", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ do: { kind: "silence" }, when: "after" });
    const hanging = create(sandbox).catch(() => "ended");
    await waitUntil(() => created(sandbox) === 1);
    await sandbox.close();
    expect(await hanging).toBe("ended");
  });
});

describe("the Date header", () => {
  const NOON = "Tue, 01 Sep 2026 12:00:00 GMT";
  const LATER = "Tue, 01 Sep 2026 12:00:05 GMT";
  const dateOf = async (reply: Promise<{ headers: Headers }>) => (await reply).headers.get("date");

  it("shows the sandbox's own time, in every kind of response", async () => {
    const sandbox = await openSandbox({ clock: createFakeClock(Date.UTC(2026, 8, 1, 12)), maxBodyBytes: 20 });
    expect(await dateOf(list(sandbox))).toBe(NOON);
    expect(await dateOf(requestToken(sandbox, {}))).toBe(NOON);
    expect(await dateOf(call(sandbox, "GET", "/nowhere"))).toBe(NOON);
    expect(await dateOf(call(sandbox, "POST", "/api/v1/apps", { displayName: "x".repeat(30) }))).toBe(NOON);
    const faults: Fault[] = [{ kind: "status", status: 503 }, { kind: "empty" }, { kind: "drip", ms: 0 }];
    for (const fault of faults) {
      sandbox.faults.add({ do: fault });
      const response = await fetch(`${sandbox.serverUrl}/api/v1/apps`);
      expect([fault.kind, response.headers.get("date")]).toEqual([fault.kind, NOON]);
      await response.body?.cancel();
    }
  });

  it("shows when the response was sent, not when the request arrived; a fault may set its own", async () => {
    const clock = createFakeClock(Date.UTC(2026, 8, 1, 12));
    const sandbox = await openSandbox({ clock });
    sandbox.faults.add({ do: { kind: "latency", ms: 5000 }, when: "after" });
    const waiting = list(sandbox);
    await waitUntil(() => clock.pending() === 1);
    clock.advance(5000);
    expect(await dateOf(waiting)).toBe(LATER);
    sandbox.faults.add({ do: { kind: "status", status: 500, headers: { date: NOON } } });
    expect(await dateOf(list(sandbox))).toBe(NOON);
  });
});

describe("the fault queue", () => {
  it("matches by method and operation, in order, as often as configured", async () => {
    const sandbox = await openSandbox();
    sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "status", status: 503 } });
    sandbox.faults.add({
      match: { operation: /^apps\./, method: "GET" },
      times: 2,
      do: { kind: "status", status: 504 },
    });
    sandbox.faults.add({
      match: { operation: "token" },
      times: Number.POSITIVE_INFINITY,
      do: { kind: "status", status: 500 },
    });
    const statuses = [];
    for (const ask of [list, create, list, list, create]) statuses.push((await ask(sandbox)).status);
    expect(statuses).toEqual([504, 503, 504, 200, 200]);
    for (let round = 0; round < 3; round++) expect((await requestToken(sandbox, {})).status).toBe(500);
    expect(sandbox.faults.pending).toBe(1);
    sandbox.faults.clear();
    expect((await requestToken(sandbox, {})).status).toBe(400);
    expect(sandbox.counts.tokens).toBe(4);
  });
});
