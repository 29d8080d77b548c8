import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { auditRecordLost, callEnded, httpAnswered, tokenRenewed, upstreamEnded } from "../log/signals.ts";
import type { Gate } from "./gate.ts";

/** Buckets that cover everything from a quick look-up to a write that waits for its owner to appear. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 180];

export interface MetricsSources {
  readonly gate: Gate;
  /** Age of the OAuth issuer's keys; absent without an issuer. */
  readonly keysAgeMs?: (() => number) | undefined;
  /** Whether the store shared by replicas answers; absent without one. */
  readonly isStoreUp?: (() => Promise<boolean>) | undefined;
}

export interface Metrics {
  readonly contentType: string;
  /** The metrics in Prometheus text format. */
  read(): Promise<string>;
  close(): void;
}

/** Counts the server's own events from now on. Labels contain only names that the server chose itself. */
export function createMetrics({ gate, keysAgeMs, isStoreUp }: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const calls = new Counter({
    name: "c1_mcp_tool_calls_total",
    help: "Tool calls that ended, by outcome: ok, or the code of the failure",
    labelNames: ["tool", "outcome", "credential"],
    registers,
  });
  const durations = new Histogram({
    name: "c1_mcp_tool_call_duration_seconds",
    help: "Time of a tool call, with everything behind it",
    labelNames: ["tool"],
    buckets: SECONDS,
    registers,
  });
  const upstream = new Histogram({
    name: "c1_mcp_upstream_request_duration_seconds",
    help: "Time of a request to C1, by the class of its answer: 2xx to 5xx, or none",
    labelNames: ["operation", "answer"],
    buckets: SECONDS,
    registers,
  });
  const renewals = new Counter({
    name: "c1_mcp_token_renewals_total",
    help: "Access tokens for C1 that were asked for",
    labelNames: ["outcome", "credential"],
    registers,
  });
  const answers = new Counter({
    name: "c1_mcp_http_responses_total",
    help: "Answers to HTTP requests; 499: the caller went away first",
    labelNames: ["status"],
    registers,
  });
  const lost = new Counter({
    name: "c1_mcp_audit_records_lost_total",
    help: "Outcomes of attempted writes that C1_MCP_AUDIT_FILE did not take",
    registers,
  });
  new Gauge({
    name: "c1_mcp_http_requests_in_flight",
    help: "HTTP requests under way",
    registers,
    collect() {
      this.set(gate.running);
    },
  });
  if (keysAgeMs) {
    new Gauge({
      name: "c1_mcp_oauth_keys_age_seconds",
      help: "Time since the keys of the OAuth issuer were last read; +Inf before",
      registers,
      collect() {
        this.set(keysAgeMs() / 1000);
      },
    });
  }
  if (isStoreUp) {
    new Gauge({
      name: "c1_mcp_shared_store_up",
      help: "1 while the store that replicas share can be used, 0 while it cannot",
      registers,
      async collect() {
        this.set(Number(await isStoreUp()));
      },
    });
  }
  const ends = [
    callEnded.listen(({ tool, outcome, ms, credential }) => {
      calls.inc({ tool, outcome, ...(credential !== undefined && { credential }) });
      durations.observe({ tool }, ms / 1000);
    }),
    upstreamEnded.listen(({ operation, status, ms }) =>
      upstream.observe({ operation, answer: classOf(status) }, ms / 1000),
    ),
    tokenRenewed.listen(({ ok, credential }) =>
      renewals.inc({ outcome: ok ? "ok" : "failed", ...(credential !== undefined && { credential }) }),
    ),
    auditRecordLost.listen(() => lost.inc()),
    httpAnswered.listen(({ status }) => answers.inc({ status })),
  ];
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    close() {
      for (const end of ends) end();
      registry.clear();
    },
  };
}

function classOf(status: number | undefined): string {
  return status === undefined ? "none" : `${Math.floor(status / 100)}xx`;
}
