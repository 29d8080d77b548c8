import { describe, expect, it, vi } from "vitest";
import { Failure, type FailureCode } from "../../../src/errors.ts";
import type { Existing, Guard } from "../../../src/tools/define.ts";
import { failing, writing } from "../../support/fake-tools.ts";
import { createBench } from "../../support/tool-bench.ts";

const ARGS = { name: "thing" };
const LOST = failing("outcome_unknown", { changed: "maybe" });
const START = Date.UTC(2026, 0, 1);

const at = (ms: number) => new Date(START + ms).toISOString();
const item = (id: string, createdAt?: string): Existing => ({
  id,
  label: `Thing [${id}]`,
  ...(createdAt !== undefined && { createdAt }),
});

/** A guard whose looks see, one after another, what is given; the last one repeats. */
function guard(
  looks: (readonly Existing[] | Error)[],
  changes: Partial<Omit<Guard<{ done: string }>, "find">> = {},
) {
  const find = vi.fn(async () => {
    const seen = looks.length > 1 ? looks.shift() : looks[0];
    if (seen instanceof Error) throw seen;
    return seen ?? [];
  });
  return {
    key: "thing",
    what: "things of that name",
    existsAlready: "It exists",
    ifExists: "fail" as const,
    find,
    describe: (found: Existing, how: string) => ({ done: `${how} ${found.id}` }),
    ...changes,
  };
}

describe("before a write", () => {
  it.each([
    ["fail", [item("a")], "[already_exists] It exists: Thing [a]. Nothing was changed."],
    ["reuse", [item("a")], '{"done":"existing a"}'],
    [
      "reuse",
      [item("a"), item("b")],
      "[ambiguous_reference] There are several to reuse: Thing [a]; Thing [b].",
    ],
    ["done", [item("a")], '{"done":"existing a"}'],
    ["create", [item("a")], '{"done":"sent"}'],
    ["fail", [], '{"done":"sent"}'],
  ] as const)("ifExists %s, there is %j: %s", async (ifExists, found, expected) => {
    const bench = createBench();
    const send = vi.fn(async () => ({ done: "sent" }));
    const { content } = await bench.run(writing({ guard: guard([found], { ifExists }), send }), ARGS);
    expect(content[0].text).toContain(expected);
    expect(send).toHaveBeenCalledTimes(expected.includes("sent") ? 1 : 0);
  });

  it.each<[FailureCode, number | undefined, boolean]>([
    ["forbidden", 403, true],
    ["not_found", 404, true],
    ["rejected", 400, true],
    ["unavailable", 501, true],
    ["unavailable", 200, true],
    ["unavailable", 503, false],
    ["unavailable", undefined, false],
    ["rate_limited", 429, false],
    ["not_authenticated", 401, false],
  ])("a look that ends %s (%s) lets the write go ahead: %s", async (code, status, goesAhead) => {
    const bench = createBench();
    const refused = new Failure(code, "No.", status === undefined ? {} : { status });
    const send = vi.fn(async () => ({ done: "sent" }));
    const { structuredContent, isError } = await bench.run(writing({ guard: guard([refused]), send }), ARGS);
    expect(send).toHaveBeenCalledTimes(goesAhead ? 1 : 0);
    if (goesAhead) expect(structuredContent?.unchecked).toEqual([`things of that name (${code})`]);
    else expect(isError).toBe(true);
  });
});

describe("after a lost answer", () => {
  const run = async (looks: (readonly Existing[] | Error)[], changes = {}) => {
    const bench = createBench();
    const plan = { ...LOST, guard: guard(looks, changes) };
    const { content } = await bench.lapse(bench.run(writing(plan), ARGS));
    return { text: content[0].text, plan, bench };
  };
  const UNKNOWN = "[outcome_unknown]";

  it.each<[string, (readonly Existing[] | Error)[], string]>([
    ["one new object", [[], [item("new", at(0))]], "recovered new"],
    ["one that shows later", [[], [], [], [item("new", at(0))]], "recovered new"],
    ["one beside an old one", [[item("old")], [item("old"), item("new", at(0))]], "recovered new"],
    ["none", [[]], UNKNOWN],
    ["two new ones", [[], [item("a", at(0)), item("b", at(0))]], UNKNOWN],
    ["one that was made before", [[], [item("old", at(-1_001))]], UNKNOWN],
    ["one whose time is cut to the second", [[], [item("new", at(-1_000))]], "recovered new"],
    ["one without a time", [[], [item("new")]], UNKNOWN],
    [
      "one after a look that failed",
      [[], new Failure("unavailable", "No."), [item("new", at(0))]],
      "recovered new",
    ],
    ["a look that is refused", [[], new Failure("forbidden", "No."), [item("new", at(0))]], UNKNOWN],
    ["no look before", [new Failure("forbidden", "No."), [item("new", at(0))]], UNKNOWN],
  ])("%s", async (_what, looks, expected) => {
    // With an old one there, nothing else sends at all.
    const { text } = await run(looks, { ifExists: looks[0] instanceof Error ? "fail" : "create" });
    expect(text).toContain(expected);
  });

  it("looks again until the deadline and not after it", async () => {
    const { plan, bench, text } = await run([[]]);
    expect(text).toContain(UNKNOWN);
    expect(plan.guard.find.mock.calls.length).toBeGreaterThan(8);
    expect(bench.clock.now() - START).toBeLessThanOrEqual(45_250);
  });

  it("looks also for a caller who has gone", async () => {
    const bench = createBench();
    const gone = new AbortController();
    const send = async () => {
      gone.abort(new Error("gone"));
      throw new Failure("cancelled", "It was cancelled.", { changed: "maybe" });
    };
    const plan = { send, guard: guard([[], [], [item("new", at(0))]]) };
    await bench.lapse(bench.run(writing(plan), ARGS, { signal: gone.signal }));
    expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });

  it("does not look when the process is about to end", async () => {
    const stopping = new AbortController();
    stopping.abort();
    const bench = createBench({}, { stopping: stopping.signal });
    const plan = { ...LOST, guard: guard([[], [item("new", at(0))]]) };
    expect(await bench.fail(writing(plan), ARGS)).toContain(UNKNOWN);
    expect(plan.guard.find).toHaveBeenCalledOnce();
  });

  it("a second call of the same does not send while the first is unclear", async () => {
    const bench = createBench();
    const send = vi.fn(LOST.send);
    const tool = writing({ send, guard: guard([[]], { idOf: ({ done }) => done }) });
    expect(await bench.lapse(bench.fail(tool, ARGS))).toContain(UNKNOWN);
    expect(await bench.lapse(bench.fail(tool, ARGS))).toMatch(
      /^\[unavailable\] An earlier call.*Look at the thing\./,
    );
    expect(send).toHaveBeenCalledOnce();
    bench.clock.advance(120_000);
    expect(await bench.lapse(bench.fail(tool, ARGS))).toContain(UNKNOWN);
    expect(send).toHaveBeenCalledTimes(2);
  });
});
