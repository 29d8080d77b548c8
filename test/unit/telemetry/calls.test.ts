import { expect, it } from "vitest";
import { createCallTracer } from "../../../src/telemetry/calls.ts";
import { AskAgain } from "../../../src/tools/ask-person.ts";
import { Deferred } from "../../../src/tools/deferral.ts";
import { createFakeTracer } from "../../support/fake-tracer.ts";

const TARGET = { appId: "a", connectorId: "c" };
const PENDING = { tool: "sync_connector", tenant: "acme", target: TARGET, until: 0, seconds: 60 };

function start() {
  const { span, tracer, meter } = createFakeTracer();
  return { span, ...createCallTracer(tracer, meter, "pipe") };
}

it.each<[string, Error, boolean]>([
  ["asks a person first", new AskAgain({ message: "May I?", binding: "it" }), false],
  ["goes on as a task", new Deferred(PENDING, "Waiting."), false],
  ["breaks", new Error("oops"), true],
])("the span of a call that %s ends, as an error or not", async (_what, thrown, isError) => {
  const { span, traceCall, close } = start();
  await expect(traceCall("sync_connector", () => Promise.reject(thrown))).rejects.toBe(thrown);
  expect(span.end).toHaveBeenCalledOnce();
  expect(span.setStatus.mock.calls.length > 0).toBe(isError);
  close();
});
