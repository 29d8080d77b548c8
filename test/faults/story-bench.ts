import { pino } from "pino";
import { createC1Client } from "../../src/c1/client.ts";
import type { Transport } from "../../src/c1/transport.ts";
import type { Clock } from "../../src/clock.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { createBench } from "../support/tool-bench.ts";

interface StoryBenchOptions {
  readonly tenant: string;
  readonly clock: Clock;
  /** Answers instead of a tenant. */
  readonly transport: Transport;
  readonly timeoutMs: number;
  /** The value of every secret reference. */
  readonly secret: string;
}

/** Shared by all stories, because creating a logger is expensive. Its lines are written and then dropped. */
const logger = pino({ level: "trace" }, { write: () => undefined });

/** The real tools and the real client, on a transport that tells a story. */
export function createStoryBench({ tenant, clock, transport, timeoutMs, secret }: StoryBenchOptions) {
  const bench = createBench(
    {},
    {
      clock,
      logger,
      shared: createLocalShared(clock),
      timeoutMs,
      secrets: { inline: false, read: async () => secret, names: async () => [] },
      connect: async () => client,
    },
  );
  const client = createC1Client({
    serverUrl: `https://${tenant}`,
    tenant,
    credential: { kind: "access_token", token: async () => "story-access-token" },
    redactor: createRedactor(),
    logger,
    clock,
    random: () => 0,
    transport,
  });
  return bench;
}
