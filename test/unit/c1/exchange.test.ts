import type { Dispatcher } from "undici";
import { describe, expect, it } from "vitest";
import { type Exchange, exchange } from "../../../src/c1/exchange.ts";

const OUTGOING = { method: "POST", path: "/", headers: {}, body: "{}" } as const;

/** A dispatcher that connects when the test says so. */
function hold(signal: AbortSignal): {
  handler: Required<Dispatcher.DispatchHandler>;
  result: Promise<Exchange>;
} {
  const held: Dispatcher.DispatchHandler[] = [];
  const dispatcher = {
    dispatch: (_options: unknown, handler: Dispatcher.DispatchHandler) => held.push(handler),
  };
  const wire = {
    dispatcher: dispatcher as unknown as Dispatcher,
    origin: "http://a.test",
    maxResponseBytes: 100,
  };
  const result = exchange(wire, OUTGOING, signal);
  return { handler: held[0] as Required<Dispatcher.DispatchHandler>, result };
}

function createController() {
  const aborted: Error[] = [];
  const controller = { abort: (reason: Error) => void aborted.push(reason) };
  return { aborted, controller: controller as unknown as Dispatcher.DispatchController };
}

describe("exchange", () => {
  it("aborts a request that was given up before its connection was made", async () => {
    const caller = new AbortController();
    const { handler, result } = hold(caller.signal);
    caller.abort();
    expect(await result).toEqual({ kind: "broken", reason: "aborted", sent: false });
    const { aborted, controller } = createController();
    handler.onRequestStart(controller, {});
    expect(aborted).toHaveLength(1);
  });

  it("never starts a request a second time", async () => {
    const { handler, result } = hold(new AbortController().signal);
    const [first, second] = [createController(), createController()];
    handler.onRequestStart(first.controller, {});
    handler.onRequestStart(second.controller, {});
    expect([first.aborted.length, second.aborted.length]).toEqual([0, 1]);
    handler.onResponseError(first.controller, new Error("lost"));
    expect(await result).toMatchObject({ kind: "broken", reason: "network", sent: true });
  });
});
