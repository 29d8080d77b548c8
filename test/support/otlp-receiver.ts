import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";

/*
 * A collector that keeps what it receives, decoded by code generated from OpenTelemetry's .proto files. That code comes from an
 * older version of their package, because the current one encodes messages by hand and must not be judged by its own decoder.
 */

interface Decoder {
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown, options: object): object;
}

const { opentelemetry } = createRequire(import.meta.url)("otlp-definitions/build/src/generated/root.js") as {
  opentelemetry: {
    proto: {
      collector: Record<
        "trace" | "metrics",
        { v1: { ExportTraceServiceRequest: Decoder; ExportMetricsServiceRequest: Decoder } }
      >;
    };
  };
};
const { trace, metrics } = opentelemetry.proto.collector;

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface ReceivedSpan {
  readonly name: string;
  /** Such as SPAN_KIND_SERVER. */
  readonly kind: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Attributes;
  readonly status: string;
}

export interface ReceivedPoint {
  readonly metric: string;
  readonly unit: string;
  readonly count: number;
  readonly attributes: Attributes;
}

export interface Receiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  readonly points: ReceivedPoint[];
  readonly resources: Attributes[];
  readonly headers: Readonly<Record<string, unknown>>[];
  /** Everything received, as text. */
  text(): string;
  close(): Promise<void>;
}

/** @param answer how it reacts to requests: accepts them, fails, or never answers. */
export async function startReceiver(answer: "take" | "fail" | "hang" = "take"): Promise<Receiver> {
  const spans: ReceivedSpan[] = [];
  const points: ReceivedPoint[] = [];
  const resources: Attributes[] = [];
  const headers: Record<string, unknown>[] = [];
  const raw: object[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    headers.push(request.headers);
    if (answer === "hang") return;
    const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    if (request.url === "/v1/traces") take(trace.v1.ExportTraceServiceRequest, bytes);
    else if (request.url === "/v1/metrics") take(metrics.v1.ExportMetricsServiceRequest, bytes);
    response.writeHead(answer === "fail" ? 400 : 200, { "content-type": "application/x-protobuf" }).end();
  });

  function take(decoder: Decoder, bytes: Buffer): void {
    const object = decoder.toObject(decoder.decode(bytes), { longs: Number, enums: String, bytes: String });
    raw.push(object);
    const { resourceSpans = [], resourceMetrics = [] } = object as Received;
    for (const { resource, scopeSpans } of resourceSpans) {
      resources.push(toAttributes(resource.attributes));
      for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({
          name: span.name,
          kind: span.kind,
          traceId: toHex(span.traceId),
          spanId: toHex(span.spanId),
          parentSpanId: toHex(span.parentSpanId),
          attributes: toAttributes(span.attributes),
          status: span.status?.code ?? "",
        });
      }
    }
    for (const { scopeMetrics } of resourceMetrics)
      for (const { name, unit, histogram } of scopeMetrics.flatMap((scope) => scope.metrics))
        for (const point of histogram?.dataPoints ?? [])
          points.push({ metric: name, unit, count: point.count, attributes: toAttributes(point.attributes) });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    points,
    resources,
    headers,
    text: () => JSON.stringify(raw),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly value?: string;
}
type KeyValues = readonly { readonly key: string; readonly value: Value }[];

interface Received {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: KeyValues };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly name: string;
        readonly kind: string;
        readonly traceId: string;
        readonly spanId: string;
        readonly parentSpanId?: string;
        readonly attributes: KeyValues;
        readonly status?: { readonly code: string };
      }[];
    }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly unit: string;
        readonly histogram?: { readonly dataPoints: readonly { count: number; attributes: KeyValues }[] };
      }[];
    }[];
  }[];
}

function toAttributes(pairs: KeyValues): Attributes {
  return Object.fromEntries(
    pairs.map(({ key, value }) => [
      key,
      [value.stringValue, value.intValue, value.doubleValue, value.boolValue].find(
        (one) => one !== undefined,
      ) ?? "",
    ]),
  );
}

/** A root span has no parent at all. */
const toHex = (base64 = "") => Buffer.from(base64, "base64").toString("hex");
