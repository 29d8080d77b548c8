import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { abortCallsOn } from "../../../src/mcp/abort-calls-on.ts";
import type { ToolContext } from "../../../src/tools/context.ts";
import type { ToolResult } from "../../../src/tools/job.ts";
import type { Registry } from "../../../src/tools/registry.ts";
import { openNoPendingWaits } from "../../support/fake-registry.ts";

const PING: ToolResult = { content: [{ type: "text", text: "ok" }] };

/** A registry whose calls the test ends, and the signals that they got. */
function start() {
  const over = new AbortController();
  const signals: AbortSignal[] = [];
  const ends: (() => void)[] = [];
  const inner: Registry = {
    instructions: "words",
    list: () => [],
    openPendingWaits: openNoPendingWaits,
    call: (_name, _args, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => ends.push(() => resolve(PING)));
    },
  };
  const registry = abortCallsOn(over.signal, inner);
  const call = (signal: AbortSignal) => registry.call("whoami", {}, { signal } as ToolContext);
  return { over, signals, ends, call, registry };
}

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

it("a call is aborted by its caller or by the server's end, with the respective reason", () => {
  const { over, signals, call } = start();
  const caller = new AbortController();
  void call(caller.signal);
  void call(new AbortController().signal);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  caller.abort("gone");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  over.abort("closing");
  expect(signals.map(({ reason }) => reason)).toEqual(["gone", "closing"]);
});

it("a call that starts after either abort gets an aborted signal", () => {
  const { over, signals, call } = start();
  void call(AbortSignal.abort("gone"));
  over.abort("closing");
  void call(new AbortController().signal);
  expect(signals.map(({ reason }) => reason)).toEqual(["gone", "closing"]);
});

it("a finished call leaves no listener on the server's signal", async () => {
  const { over, ends, call } = start();
  const caller = new AbortController();
  const answer = call(caller.signal);
  expect(listeners(over.signal)).toBe(1);
  for (const end of ends) end();
  expect(await answer).toBe(PING);
  expect([listeners(over.signal), listeners(caller.signal)]).toEqual([0, 0]);
});
