import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { sleep } from "../../../src/clock.ts";
import { freePort } from "../../support/free-port.ts";
import { createLeapingClock } from "../../support/leaping-clock.ts";

/* Other tests rely on this clock not to advance too early, however busy the machine is. */

const FOREVER = new AbortController().signal;

describe("a clock that leaps", () => {
  it("takes no real time, and does not advance without work", async () => {
    const clock = createLeapingClock();
    const started = clock.now();
    clock.after(1, () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(clock.now()).toBe(started);
    await clock.lapse(Promise.all([sleep(clock, 3_600_000, FOREVER), sleep(clock, 60_000, FOREVER)]));
    expect(clock.now() - started).toBe(3_600_000);
  });

  it("gives the error of its work", async () => {
    const clock = createLeapingClock();
    const failing = sleep(clock, 1_000, FOREVER).then(() => Promise.reject(new Error("as it should")));
    await expect(clock.lapse(failing)).rejects.toThrow("as it should");
  });

  it("waits for what is sent over connections, and for whoever closes them", async ({ onTestFinished }) => {
    const clock = createLeapingClock();
    // A megabyte takes many turns of the event loop.
    const server = createServer((socket) => {
      socket.on("data", (chunk) => chunk.includes("x") && socket.end(Buffer.alloc(1024 * 1024)));
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const seen: string[] = [];
    clock.after(1, () => seen.push("time"));
    let bytes = 0;
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1")
      .on("data", (chunk) => {
        bytes += chunk.length;
      })
      .on("end", () => seen.push("end"));
    socket.write("x");
    await clock.lapse(Promise.all([once(socket, "close"), sleep(clock, 10, FOREVER)]));
    expect([seen, bytes]).toEqual([["end", "time"], 1024 * 1024]);
  });

  // As the system does without being asked to; Windows cannot be asked to.
  it.skipIf(process.platform === "win32")(
    "tells connections from one client port apart",
    async ({ onTestFinished }) => {
      const clock = createLeapingClock();
      const listen = async () => {
        const server = createServer((socket) => {
          socket.on("data", () => socket.end(Buffer.alloc(1024 * 1024)));
        }).listen(0, "127.0.0.1");
        onTestFinished(() => void server.close());
        await once(server, "listening");
        return (server.address() as AddressInfo).port;
      };
      const [first, second, localPort] = [await listen(), await listen(), await freePort()];
      const open = async (port: number) => {
        const socket = connect({ port, host: "127.0.0.1", localPort });
        onTestFinished(() => void socket.destroy());
        await once(socket, "connect");
        return socket;
      };
      const seen: string[] = [];
      clock.after(1, () => seen.push("time"));
      const busy = await open(first);
      await open(second);
      busy.on("end", () => seen.push("end")).resume();
      busy.write("x");
      await clock.lapse(Promise.all([once(busy, "close"), sleep(clock, 10, FOREVER)]));
      expect(seen).toEqual(["end", "time"]);
    },
  );

  it("waits for keys in the thread pool", async () => {
    const clock = createLeapingClock();
    const seen: string[] = [];
    const signing = (async () => {
      const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
      const { privateKey } = await crypto.subtle.generateKey(ecdsa, false, ["sign"]);
      await crypto.subtle.sign(ecdsa, privateKey, new Uint8Array(1024 * 1024));
      seen.push("signed");
    })();
    await clock.lapse(Promise.all([signing, sleep(clock, 1, FOREVER).then(() => seen.push("time"))]));
    expect(seen).toEqual(["signed", "time"]);
  });

  it("waits for modules that are loaded on first use", async () => {
    const clock = createLeapingClock();
    const seen: string[] = [];
    const loading = import("../../support/stand-in-lua.ts").then(() => seen.push("loaded"));
    await clock.lapse(Promise.all([loading, sleep(clock, 1, FOREVER).then(() => seen.push("time"))]));
    expect(seen).toEqual(["loaded", "time"]);
  });

  it("stands still while it is held, and until a test has seen what it waits for", async () => {
    const clock = createLeapingClock();
    const seen: string[] = [];
    const working = clock.lapse(sleep(clock, 5_000, FOREVER).then(() => seen.push("done")));
    clock.after(1_000, () => seen.push("second"));
    await clock.until("the first second", () => seen.length === 1);
    const goOn = clock.hold();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen).toEqual(["second"]);
    goOn();
    await working;
    expect(seen).toEqual(["second", "done"]);
  });
});
