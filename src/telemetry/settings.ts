import type { Logger } from "../log/logger.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Which signals are exported, and how often metrics are. */
export interface TelemetrySettings {
  readonly traces: boolean;
  readonly metrics: boolean;
  readonly intervalMs: number;
  /** Host and port of the destination, for messages. */
  readonly collector: string;
}

const DEFAULT_INTERVAL_MS = 60_000;

const ENDPOINTS = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
];

/**
 * Reads OpenTelemetry's own variables as far as they decide whether there is an export; its exporters read the destination and
 * headers. Undefined if nothing is to be exported.
 */
export function readTelemetrySettings(env: Environment, logger: Logger): TelemetrySettings | undefined {
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL?.trim();
  if (protocol && protocol !== "http/protobuf") {
    logger.warn(
      "OTEL_EXPORTER_OTLP_PROTOCOL is not http/protobuf, the one that is spoken: nothing is exported",
    );
    return undefined;
  }
  const wrong = ENDPOINTS.find((name) => env[name]?.trim() && !/^https?:\/\/[^/]/i.test(env[name].trim()));
  if (wrong !== undefined) {
    logger.warn(`${wrong} must begin with http:// or https://, and name a host: nothing is exported`);
    return undefined;
  }
  const isOn = (name: string) => env[name]?.trim() !== "none";
  const interval = Number(env.OTEL_METRIC_EXPORT_INTERVAL);
  return {
    traces: isOn("OTEL_TRACES_EXPORTER"),
    metrics: isOn("OTEL_METRICS_EXPORTER"),
    intervalMs: interval > 0 ? interval : DEFAULT_INTERVAL_MS,
    collector: hostOf(ENDPOINTS.map((name) => env[name]).find(Boolean)),
  };
}

/** Omits what else an address can hold: a user and password, a key in the query. */
function hostOf(address = ""): string {
  return URL.canParse(address) ? new URL(address).host : "the collector";
}

/** The values of the headers sent to the collector: usually a key. */
export function headerSecretsIn(env: Environment): readonly string[] {
  const names = [
    "OTEL_EXPORTER_OTLP_HEADERS",
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
  ];
  return names.flatMap((name) =>
    (env[name] ?? "").split(",").flatMap((pair) => {
      const value = pair.slice(pair.indexOf("=") + 1).trim();
      return [value, decode(value)];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
