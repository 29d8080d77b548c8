import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { checkDns } from "../../../src/doctor/dns.ts";
import { checkProxy } from "../../../src/doctor/proxy.ts";
import type { Setup } from "../../../src/doctor/setup.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const TENANT = "https://acme.conductor.one";
const setup = (env: Record<string, string> = {}) =>
  ({ env, clock: systemClock, signal: new AbortController().signal }) as unknown as Setup;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "c1-doctor-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("proxy and CA", () => {
  it.each<readonly [Record<string, string>, string | undefined, RegExp]>([
    [{}, undefined, /no proxy is set/],
    [
      { HTTPS_PROXY: "http://proxy.example:8080" },
      "proxy.example:8080",
      /proxy proxy\.example:8080 \(HTTPS_PROXY\)/,
    ],
    [{ https_proxy: "proxy.example:8080", HTTPS_PROXY: "http://x" }, "proxy.example:8080", /\(https_proxy\)/],
    [{ HTTP_PROXY: "http://proxy.example:1" }, "proxy.example:1", /\(HTTP_PROXY\)/],
    [{ HTTPS_PROXY: "http://jane:canary@proxy.example" }, "proxy.example", /with a user name/],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "acme.conductor.one" }, undefined, /NO_PROXY exempts/],
    [{ HTTPS_PROXY: "http://p", no_proxy: ".conductor.one" }, undefined, /no_proxy exempts/],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "*" }, undefined, /exempts/],
    [{ HTTPS_PROXY: "http://p", NO_PROXY: "x.com, conductor.one:443" }, undefined, /exempts/],
    [
      { HTTPS_PROXY: "http://p", NO_PROXY: "conductor.one:8443,me.conductor.one" },
      "p",
      /through the proxy p/,
    ],
  ])("%j", (env, proxy, detail) => {
    const { findings, value } = checkProxy(setup(env), TENANT);
    expect(value?.proxy?.host).toBe(proxy);
    expect(findings[0]).toMatchObject({ result: "ok", detail: expect.stringMatching(detail) });
    expect(JSON.stringify(findings)).not.toContain("canary");
  });

  it("are never used for this machine; an invalid proxy address is a failure", () => {
    const env = { HTTPS_PROXY: "http://" };
    expect(checkProxy(setup(env), "http://127.0.0.1:1").findings[0]).toMatchObject({ result: "ok" });
    expect(checkProxy(setup(env), TENANT).findings[0]).toMatchObject({
      result: "fail",
      fix: expect.stringContaining("HTTPS_PROXY"),
    });
  });

  it("custom certificates are counted, and a file that Node would silently skip is named", () => {
    const good = join(folder, "good.pem");
    const bad = join(folder, "bad.pem");
    writeFileSync(good, "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n".repeat(2));
    writeFileSync(bad, "der");
    const check = (file: string) => checkProxy(setup({ NODE_EXTRA_CA_CERTS: file }), TENANT).findings[1];
    expect(check(good)).toMatchObject({ result: "ok", detail: expect.stringContaining("2 certificates") });
    expect(check(bad)).toMatchObject({ result: "warn", detail: expect.stringContaining("no certificate") });
    expect(check(join(folder, "gone"))).toMatchObject({
      result: "warn",
      detail: expect.stringContaining("ENOENT"),
    });
  });

  it("disabled TLS verification is a warning", () => {
    const { findings } = checkProxy(setup({ NODE_TLS_REJECT_UNAUTHORIZED: "0" }), TENANT);
    expect(findings[1]).toMatchObject({
      result: "warn",
      fix: expect.stringContaining("NODE_EXTRA_CA_CERTS"),
    });
  });
});

describe("DNS", () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

  it("shows the addresses; an IP address needs no look-up", async () => {
    const found = await checkDns(setup(), TENANT, {}, async () => [{ address: "192.0.2.1" }]);
    expect(found).toMatchObject({ value: true, findings: [{ detail: "acme.conductor.one is 192.0.2.1" }] });
    for (const url of ["http://127.0.0.1:1", "http://[::1]:1"])
      expect(await checkDns(setup(), url, {}, failing("ENOTFOUND"))).toMatchObject({ value: true });
  });

  it.each([
    [
      "ENOTFOUND",
      "the host acme.conductor.one was not found: there is no network, or the name is wrong",
      "Check the network connection, then the tenant's name",
    ],
    ["EAI_AGAIN", "DNS gave no address for acme.conductor.one (EAI_AGAIN)", "Check the network"],
  ])("%s", async (code, detail, fix) => {
    const { findings, value } = await checkDns(setup(), TENANT, {}, failing(code));
    expect(value).toBeUndefined();
    expect(findings[0]).toMatchObject({ result: "fail", detail, fix: expect.stringContaining(fix) });
  });

  it("with a proxy, looks up the proxy", async () => {
    const proxy = new URL("http://proxy.example:8080");
    const { findings } = await checkDns(setup(), TENANT, { proxy }, failing("ENOTFOUND"));
    expect(findings[0]).toMatchObject({
      detail: "the proxy proxy.example was not found: there is no network, or the name is wrong",
    });
  });

  it("waits at most ten seconds", async () => {
    const clock = createFakeClock();
    const pending = checkDns({ ...setup(), clock }, TENANT, {}, () => new Promise(() => {}));
    expect(clock.waiting()).toEqual([10_000]);
    clock.advance(10_000);
    expect((await pending).findings[0]).toMatchObject({
      result: "fail",
      detail: expect.stringContaining("in time"),
    });
  });
});
