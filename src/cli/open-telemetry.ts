import type { Environment } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { RunningRegistry } from "../tools/registry.ts";

/**
 * Wraps each call of the registry in a span if OpenTelemetry's own variables request an export. Otherwise returns the registry
 * unchanged and loads nothing.
 */
export async function traceIfAsked(
  registry: RunningRegistry,
  options: {
    readonly env: Environment;
    readonly transport: "pipe" | "tcp";
    readonly logger: Logger;
    readonly redactor: Redactor;
  },
): Promise<{ readonly registry: RunningRegistry; close(): Promise<void> }> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: disabled } = options.env;
  if (!endpoint?.trim() || disabled?.trim() === "true") return { registry, close: async () => undefined };
  const { traceRegistry } = await import("../telemetry/trace-registry.ts");
  return traceRegistry(registry, async () => (await import("../telemetry/open.ts")).openTelemetry(options));
}
