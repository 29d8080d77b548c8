import { DiagLogLevel, diag } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { ServerFollower } from "../log/served.ts";
import { followRequests } from "../log/trace.ts";
import { cleanText } from "../text.ts";
import { NAME, VERSION } from "../version.ts";
import { createCallTracer, type TraceCall } from "./calls.ts";
import { createPageTracer } from "./page-requests.ts";
import { createRequestFollower } from "./requests.ts";
import { headerSecretsIn, readTelemetrySettings } from "./settings.ts";

export interface Telemetry extends ServerFollower {
  readonly traceCall: TraceCall;
  /** Sends what is still unsent, and gives up after a second: a collector must not delay the end of the process. */
  close(): Promise<void>;
}

/** Shorter than clients wait for a process to end. */
const FLUSH_MS = 1_000;

/**
 * Starts the export of traces and metrics by OTLP over HTTP. Spans are queued and sent in the background: a slow or absent
 * collector loses spans, but costs no time.
 * @param transport how calls arrive: by a pipe, or by TCP.
 */
export function openTelemetry(options: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly transport: "pipe" | "tcp";
  readonly logger: Logger;
  readonly redactor: Redactor;
}): Telemetry | undefined {
  const { env, logger, redactor, transport } = options;
  const settings = readTelemetrySettings(env, logger);
  if (settings === undefined) return undefined;
  for (const secret of headerSecretsIn(env)) redactor.add(secret);
  tellProblems(logger, redactor, settings.collector);
  const own = resourceFromAttributes({ "service.name": NAME, "service.version": VERSION });
  const resource = own.merge(detectResources({ detectors: [envDetector] }));
  const tracers = new TracerProvider({
    resource,
    spanProcessors: settings.traces ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })] : [],
  });
  const meters = new MeterProvider({
    resource,
    readers: settings.metrics
      ? [
          new PeriodicExportingMetricReader({
            exporter: new OTLPMetricExporter(),
            exportIntervalMillis: settings.intervalMs,
            exportTimeoutMillis: Math.min(settings.intervalMs, 10_000),
          }),
        ]
      : [],
  });
  const [tracer, meter] = [tracers.getTracer(NAME, VERSION), meters.getMeter(NAME, VERSION)];
  const calls = createCallTracer(tracer, meter, transport);
  followRequests(createRequestFollower(tracer, meter));
  return {
    traceCall: calls.traceCall,
    followMethod: calls.followMethod,
    ...createPageTracer(tracer, meter),
    async close() {
      followRequests(undefined);
      calls.close();
      const flushed = Promise.allSettled([tracers.shutdown(), meters.shutdown()]);
      await Promise.race([flushed, new Promise((resolve) => setTimeout(resolve, FLUSH_MS).unref())]);
    },
  };
}

/** The code of a system error, the status of a response, or that there was none in time. */
const ERROR_CODE = /\btimed out\b|\bE[A-Z_]{4,30}\b|(?<="code":"?)\d{3}\b/;

/** Logs one warning and the rest at debug level: an unavailable collector fails for every batch. */
function tellProblems(logger: Logger, redactor: Redactor, collector: string): void {
  let told = false;
  const tell = (message: string) => {
    const [code] = ERROR_CODE.exec(message) ?? [];
    const why = code === undefined ? "" : ` (${code})`;
    if (!told)
      logger.warn(`OpenTelemetry could not export to ${collector}${why}; C1_MCP_LOG_LEVEL=debug says more`);
    told = true;
    logger.debug({ reason: cleanText(redactor.redact(message)) }, "OpenTelemetry could not export");
  };
  const silent = () => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    DiagLogLevel.WARN,
  );
}
