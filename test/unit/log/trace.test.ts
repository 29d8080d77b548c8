import { expect, it } from "vitest";
import { readTraceparent, traceFields, traceHeaders, withTrace } from "../../../src/log/trace.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const GOOD = `00-${TRACE}-${PARENT}-01`;

it.each([
  GOOD,
  `00-${TRACE}-${PARENT}-00`,
  `01-${TRACE}-${PARENT}-ff`,
  `cc-${TRACE}-${PARENT}-01-what-comes-later`,
])("%s is a traceparent", (text) => expect(readTraceparent(text)?.traceId).toBe(TRACE));

it.each([
  undefined,
  7,
  {},
  "",
  "00",
  GOOD.toUpperCase(),
  ` ${GOOD}`,
  `${GOOD}-more`,
  `ff-${TRACE}-${PARENT}-01`,
  `00-${"0".repeat(32)}-${PARENT}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE}-${PARENT}`,
  `00-${TRACE}-${PARENT}-1`,
  `00-${TRACE.slice(1)}-${PARENT}-01`,
  `cc-${TRACE}-${PARENT}-01-${"x".repeat(300)}`,
])("%j is not a traceparent, and changes nothing", (text) => {
  expect(readTraceparent(text)).toBeUndefined();
  expect(withTrace(text, () => [traceFields(), traceHeaders()])).toEqual([{}, {}]);
});

it("continues as our own span in the caller's trace, through all awaited work", async () => {
  const [fields, headers] = await withTrace(GOOD, async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return [traceFields(), traceHeaders()] as const;
  });
  expect(fields).toEqual({ traceId: TRACE, spanId: expect.stringMatching(/^[0-9a-f]{16}$/) });
  expect(fields.spanId).not.toBe(PARENT);
  expect(headers.traceparent).toBe(`00-${TRACE}-${fields.spanId}-01`);
  expect(traceHeaders()).toEqual({});
});

it("lets an inner trace win, and keeps the caller's sampling decision", () => {
  const inner = `00-${TRACE.replace("4", "5")}-${PARENT}-02`;
  const { traceparent } = withTrace(GOOD, () => withTrace(inner, traceHeaders));
  expect(traceparent).toMatch(/^00-5bf9.*-00$/);
});
