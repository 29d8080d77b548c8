import { pino } from "pino";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { assembleFront } from "../../../src/http/assemble.ts";
import { createGate } from "../../../src/http/gate.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { TOOLS } from "../../../src/tools/index.ts";
import { toJsonSchema } from "../../../src/tools/json-schema.ts";
import { createFakeRegistry } from "../../support/fake-registry.ts";

const waitSecondsOf = (input: object) =>
  (input as { properties?: { waitSeconds?: { maximum?: number } } }).properties?.waitSeconds?.maximum ?? 0;

it("a request may take as long as a call's own work and the longest wait that its tool offers", async () => {
  const redactor = createRedactor();
  const env = { C1_MCP_TIMEOUT_MS: "60000" };
  const assembled = await assembleFront({
    configuration: loadConfiguration(env, {}, { sandbox: true, redactor }),
    registry: createFakeRegistry(),
    logger: pino({ enabled: false }),
    redactor,
    gate: createGate(),
    shared: createLocalShared(systemClock),
    isStoreUp: undefined,
  });
  if ("problem" in assembled) throw new Error(assembled.problem);
  const longest = Math.max(...TOOLS.map(({ input }) => waitSecondsOf(toJsonSchema(input))));
  expect(longest).toBe(600);
  expect(assembled.timeLimits?.totalMs).toBeGreaterThan(60_000 + longest * 1000);
});
