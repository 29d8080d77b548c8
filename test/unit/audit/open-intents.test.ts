import { describe, expect, it } from "vitest";
import { createOpenIntents } from "../../../src/audit/open-intents.ts";

/** A record of a write, as the process of a chain wrote it. */
const record = (kind: string, chain: string, seq: number, time = "2026-01-01T00:00:00.000Z") => ({
  record: kind,
  write: "w",
  chain,
  seq,
  time,
});

/* A page's write has the same id as the call that asked for it, and that call has an outcome of its own. */
describe("the intent of a page whose server was killed", () => {
  const intent = record("intent", "a", 2, "2026-01-01T00:05:00.000Z");

  it.each([
    ["this process, whose clock was set back", record("outcome", "a", 1, "2026-01-01T00:06:00.000Z")],
    ["another process", record("outcome", "b", 7, "2026-01-01T00:04:00.000Z")],
  ])("is not closed by the outcome of the call that asked in %s, in whatever order they are read", (_where, asked) => {
    const intents = createOpenIntents();
    intents.take("old", 1, asked);
    intents.take("new", 1, intent);
    intents.close(asked);
    intents.take("old", 1, asked);
    expect(intents.list()).toHaveLength(1);
  });

  it.each([["a"], ["b"]])("is not closed by a call that only reports it, in chain %s", (chain) => {
    const intents = createOpenIntents();
    intents.take("new", 1, intent);
    const report = {
      ...record("outcome", chain, 3, "2026-01-01T00:06:00.000Z"),
      outcome: "ok",
      changed: "no",
    };
    intents.take("new", 2, report);
    expect(intents.list()).toHaveLength(1);
    // One whose owner was there already.
    intents.take("new", 3, { ...report, status: 409 });
    expect(intents.list()).toEqual([]);
  });

  it.each([
    ["its own", record("outcome", "a", 3, "2026-01-01T00:04:00.000Z")],
    ["that of the call that reports it in another process", record("outcome", "b", 1, intent.time)],
  ])("is closed by %s", (_whose, outcome) => {
    const intents = createOpenIntents();
    intents.take("new", 1, intent);
    intents.close(outcome);
    expect(intents.list()).toEqual([]);
  });
});
