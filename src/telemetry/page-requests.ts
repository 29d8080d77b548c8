import type { Attributes, Meter, Tracer } from "@opentelemetry/api";
import type { ServerFollower } from "../log/served.ts";
import * as name from "./names.ts";
import { createServerSpans } from "./server-spans.ts";

/** Any other could be a text of the caller's own. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY"];

/** Creates server spans of requests for the page and measures their duration. The path is omitted, because it is a secret. */
export function createPageTracer(tracer: Tracer, meter: Meter): Pick<ServerFollower, "followRequest"> {
  const duration = meter.createHistogram(name.SERVED_DURATION, {
    unit: "s",
    description: "Duration of requests for the page",
    advice: { explicitBucketBoundaries: name.SECONDS },
  });
  const { run } = createServerSpans(tracer);
  return {
    followRequest({ method, scheme, route }, work) {
      const isKnown = METHODS.includes(method);
      const attributes = {
        [name.REQUEST_METHOD]: isKnown ? method : "_OTHER",
        [name.URL_SCHEME]: scheme,
        ...(route !== undefined && { [name.ROUTE]: route }),
      };
      const title = [isKnown ? method : "HTTP", ...(route === undefined ? [] : [route])].join(" ");
      return run({ title, attributes, duration, describe: describeAnswer }, work);
    },
  };
}

/** A response that blames the browser is no error of the server. */
function describeAnswer(
  end: { readonly result: { readonly status: number } } | { readonly thrown: unknown },
): Attributes {
  if ("thrown" in end) return { [name.ERROR_TYPE]: "_OTHER" };
  const { status } = end.result;
  return { [name.RESPONSE_STATUS]: status, ...(status >= 500 && { [name.ERROR_TYPE]: String(status) }) };
}
