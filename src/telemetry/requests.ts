import { type Attributes, type Meter, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { currentSpan, type Follower, runInSpan, type SentEnd } from "../log/trace.ts";
import { contextOf, spanOf } from "./context.ts";
import * as name from "./names.ts";

/** Creates client spans of requests to C1, each under the span of its call, and measures their duration. */
export function createRequestFollower(tracer: Tracer, meter: Meter): Follower {
  const duration = meter.createHistogram(name.REQUEST_DURATION, {
    unit: "s",
    description: "Duration of requests to C1",
    advice: { explicitBucketBoundaries: name.SECONDS },
  });
  return async ({ operation, method, host }, send) => {
    const { hostname, port } = new URL(`https://${host}`);
    const attributes: Attributes = {
      [name.REQUEST_METHOD]: method,
      [name.SERVER_ADDRESS]: hostname,
      [name.SERVER_PORT]: port === "" ? 443 : Number(port),
    };
    const caller = currentSpan();
    const span = tracer.startSpan(
      `${method} ${operation}`,
      { kind: SpanKind.CLIENT, attributes: { ...attributes, [name.API_OPERATION]: operation } },
      contextOf(caller && { span: caller, spanId: caller.spanId }),
    );
    const started = performance.now();
    let ended: Attributes = { [name.ERROR_TYPE]: "_OTHER" };
    try {
      const end = await runInSpan(spanOf(span), send);
      ended = describeEnd(end);
      return end;
    } finally {
      span.setAttributes(ended);
      if (name.ERROR_TYPE in ended) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      duration.record((performance.now() - started) / 1000, { ...attributes, ...ended });
    }
  };
}

function describeEnd({ status, reason }: SentEnd): Attributes {
  if (status === undefined) return { [name.ERROR_TYPE]: reason ?? "_OTHER" };
  return { [name.RESPONSE_STATUS]: status, ...(status >= 400 && { [name.ERROR_TYPE]: String(status) }) };
}
