import type { Run } from "../../src/tools/job.ts";
import { type Behaviour, createFakeApi, type FakeApi } from "./fake-api.ts";
import { createFakeClock } from "./fake-clock.ts";

/** The run of a tool on a fake tenant. Literal secrets are allowed, and no secrets are configured. */
export function createFakeRun(
  behaviour: Behaviour = {},
  { timeoutMs = 45_000 }: { timeoutMs?: number } = {},
): { api: FakeApi; run: Run } {
  const api = createFakeApi(behaviour);
  const clock = createFakeClock();
  const run: Run = {
    api,
    call: { signal: new AbortController().signal, deadline: clock.steady() + timeoutMs },
    tenant: "acme.conductor.one",
    clock,
    secrets: {
      inline: true,
      read: (name) => Promise.reject(new Error(`no secret ${name}`)),
      names: async () => [],
    },
    unchecked: [],
    absent: [],
    offBy: () => undefined,
    needsConsent: () => false,
  };
  return { api, run };
}
