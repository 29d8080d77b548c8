import { expect, it } from "vitest";
import type { C1Api, Call } from "../../../src/c1/port.ts";
import { TYPED_MASKED_MS } from "../../../src/tools/page-port.ts";
import { bringEndUpToDate, type Telling } from "../../../src/tools/up-to-date.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createBench } from "../../support/tool-bench.ts";

const TYPED = "typed-on-the-page";

/** C1 repeats what a person typed. */
const tool = {
  watchConfig: () => ({ look: async ({ mask }: Call) => ({ lastError: mask?.(TYPED) }), giveUp: () => ({}) }),
} as unknown as Telling["tool"];

it.each([
  ["", 0],
  [", whatever becomes of the machine's clock", -3_600_000],
])("a typed secret is masked as a whole once it is forgotten%s", async (_how, setMs) => {
  const clock = createFakeClock();
  const telling = {
    tool,
    context: { signal: new AbortController().signal },
    deps: { ...createBench().deps, clock },
    connect: async () => ({}) as C1Api,
    // As if the secret had been forgotten.
    mask: (text: string) => text,
  };
  const end = { performed: { output: { connection: "syncing" }, changed: "yes" as const } };
  const sentAt = clock.steady();
  clock.advance(TYPED_MASKED_MS);
  clock.set(setMs);
  expect(JSON.stringify(await bringEndUpToDate(end, sentAt, telling))).not.toContain(TYPED);
});
