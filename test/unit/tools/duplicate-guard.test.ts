import { describe, expect, it, vi } from "vitest";
import type { Call } from "../../../src/c1/port.ts";
import { Failure, type FailureCode } from "../../../src/errors.ts";
import type { DuplicateGuard } from "../../../src/tools/define.ts";
import type { Existing } from "../../../src/tools/named.ts";
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

/** A guard whose look-ups return the given readings in order; the last one repeats. */
function guard(
  looks: (readonly Existing[] | Error)[],
  changes: Partial<Omit<DuplicateGuard<{ done: string }>, "find">> = {},
) {
  const find = vi.fn(async () => {
    const seen = looks.length > 1 ? looks.shift() : looks[0];
    if (seen instanceof Error) throw seen;
    return { items: seen ?? [] };
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

describe("the look-up before a write", () => {
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
    // Not JSON, cut off, or too large to be read.
    ["unavailable", 200, false],
    ["unavailable", 503, false],
    ["unavailable", undefined, false],
    ["rate_limited", 429, false],
    ["not_authenticated", 401, false],
  ])("that ends %s (%s) lets the write proceed: %s", async (code, status, goesAhead) => {
    const bench = createBench();
    const refused = new Failure(code, "No.", { ...(status && { status }) });
    const send = vi.fn(async () => ({ done: "sent" }));
    const { structuredContent, isError } = await bench.run(writing({ guard: guard([refused]), send }), ARGS);
    expect(send).toHaveBeenCalledTimes(goesAhead ? 1 : 0);
    if (goesAhead) expect(structuredContent?.unchecked).toEqual([`things of that name (${code})`]);
    else expect(isError).toBe(true);
  });
});

describe("an incomplete list", () => {
  const GAP = "C1 gave the same page token twice";
  const run = async (ifExists: DuplicateGuard<{ done: string }>["ifExists"], items: readonly Existing[]) => {
    const bench = createBench();
    const send = vi.fn(async () => ({ done: "sent" }));
    const find = async () => ({ items, gap: GAP });
    const { content, structuredContent } = await bench.run(
      writing({ guard: { ...guard([[]], { ifExists }), find }, send }),
      ARGS,
    );
    return { text: content[0].text, sent: send.mock.calls.length, structuredContent };
  };

  it.each([
    ["fail", []],
    ["reuse", []],
    ["reuse", [item("a")]],
  ] as const)("stops a create with ifExists %s, %j seen", async (ifExists, items) => {
    const { text, sent } = await run(ifExists, items);
    expect(text).toMatch(
      /^\[ambiguous_reference\] The list of things of that name could not be read to its end/,
    );
    expect(text).toContain(GAP);
    expect(text).toContain("Nothing was changed.");
    expect(text).toContain("ifExists: create");
    expect(sent).toBe(0);
  });

  it("does not stop a create with ifExists create, which says so", async () => {
    const { sent, structuredContent } = await run("create", []);
    expect(sent).toBe(1);
    expect(structuredContent?.unchecked).toEqual([`things of that name (${GAP})`]);
  });

  it("still counts for what it shows", async () => {
    const { text, sent } = await run("fail", [item("a")]);
    expect(text).toMatch(/^\[already_exists\] It exists: Thing \[a\]/);
    expect(sent).toBe(0);
  });
});

describe("a response that names an existing object", () => {
  it("does not prove a create", async () => {
    const bench = createBench();
    const plan = {
      send: async () => ({ done: "old" }),
      guard: guard([[item("old")]], { ifExists: "create", idKey: "done" }),
    };
    expect(await bench.lapse(bench.fail(writing(plan), ARGS))).toMatch(
      /^\[outcome_unknown\] C1 answered with something that was there before \[old\]/,
    );
    expect(bench.audits).toMatchObject([{ outcome: "outcome_unknown", changed: "maybe" }]);
  });
});

describe("after a conflict", () => {
  const conflict = (changed: "no" | "maybe") => failing("rejected", { status: 409, changed });
  const run = async (changed: "no" | "maybe", looks: (readonly Existing[] | Error)[]) => {
    const bench = createBench();
    const plan = { ...conflict(changed), guard: guard(looks) };
    const { content } = await bench.lapse(bench.run(writing(plan), ARGS));
    return content[0].text;
  };

  it.each<["no" | "maybe", (readonly Existing[] | Error)[], RegExp]>([
    // C1 said that it did not create ours.
    ["no", [[], [item("new", at(0))]], /^\[outcome_unknown\] .* New there, and perhaps it: \[new\]/],
    ["maybe", [[], [item("new", at(0))]], /recovered new/],
    ["no", [[]], /^\[rejected\] It failed\. Nothing was changed\./],
    ["maybe", [[]], /^\[outcome_unknown\] /],
    ["no", [[], new Failure("forbidden", "No.")], /^\[outcome_unknown\] /],
  ])("that says %s, seen %j: %s", async (changed, looks, expected) => {
    expect(await run(changed, looks)).toMatch(expected);
  });
});

describe("after a lost response", () => {
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
    ["one of the year 2099", [[], [item("new", "2099-01-01T00:00:00Z")]], UNKNOWN],
    [
      "one after a look that failed",
      [[], new Failure("unavailable", "No."), [item("new", at(0))]],
      "recovered new",
    ],
    ["a look that is refused", [[], new Failure("forbidden", "No."), [item("new", at(0))]], UNKNOWN],
    ["no look before", [new Failure("forbidden", "No."), [item("new", at(0))]], UNKNOWN],
  ])("%s", async (_what, looks, expected) => {
    // If the look-up finds an old one, only `create` sends anything.
    const { text } = await run(looks, { ifExists: looks[0] instanceof Error ? "fail" : "create" });
    expect(text).toContain(expected);
  });

  it("a list that is cut off settles nothing, and is read again", async () => {
    const whole = [item("new", at(0))];
    const looks = [{ items: [] }, { items: whole, gap: "too many rows" }, { items: whole }];
    const find = vi.fn(async () => looks.shift() ?? { items: whole });
    const bench = createBench();
    const plan = { ...LOST, guard: { ...guard([[]]), find } };
    const { content } = await bench.lapse(bench.run(writing(plan), ARGS));
    expect(content[0].text).toContain("recovered new");
    expect(find).toHaveBeenCalledTimes(3);
  });

  it("an object that an earlier call made a moment ago is not claimed by the next one", async () => {
    const bench = createBench();
    const idKey = "done";
    const first = writing({ send: async () => ({ done: "a" }), guard: guard([[]], { idKey }) });
    await bench.run(first, ARGS);
    const second = writing({
      ...LOST,
      guard: guard([[], [item("a", at(0))]], { idKey, ifExists: "create" }),
    });
    expect(await bench.lapse(bench.fail(second, ARGS))).toContain(UNKNOWN);
  });

  it("an object that differs from what was sent is named but not claimed", async () => {
    const { text } = await run([[], [item("new", at(0))]], { isSent: () => false });
    expect(text).toContain(UNKNOWN);
    expect(text).toContain("Look at the thing. New there, and perhaps it: [new].");
  });

  it("the tenant's own clock decides if it reports the time", async () => {
    const HOUR = 3_600_000;
    const seen = async (made: number, date: number, later: number | "untold" = date) => {
      const bench = createBench();
      const find = vi.fn(async (call: Call) => {
        const isFirst = find.mock.calls.length === 1;
        const told = isFirst ? date : later;
        call.onAnswer?.({ status: 200, ...(told !== "untold" && { date: START + told }) });
        return { items: isFirst ? [] : [item("new", at(made))] };
      });
      const plan = { ...LOST, guard: { ...guard([[]]), find } };
      return (await bench.lapse(bench.run(writing(plan), ARGS))).content[0].text;
    };
    expect(await seen(HOUR, HOUR)).toContain("recovered new");
    expect(await seen(-HOUR, -HOUR)).toContain("recovered new");
    expect(await seen(0, HOUR)).toContain(UNKNOWN);
    expect(await seen(HOUR, 0)).toContain(UNKNOWN);
    // Times of two clocks cannot be compared.
    expect(await seen(-HOUR, -HOUR, "untold")).toContain(UNKNOWN);
    // A clock that is wrong by a day is not trusted.
    expect(await seen(0, 25 * HOUR)).toContain("recovered new");
    expect(await seen(25 * HOUR, 25 * HOUR)).toContain(UNKNOWN);
  });

  it("look-ups repeat until the deadline and not after it", async () => {
    const { plan, bench, text } = await run([[]]);
    expect(text).toContain(UNKNOWN);
    expect(plan.guard.find.mock.calls.length).toBeGreaterThan(8);
    expect(bench.clock.now() - START).toBeLessThanOrEqual(45_250);
  });

  it("look-ups continue for a caller who has left", async () => {
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

  it("there is no look-up if the process is about to end", async () => {
    const stopping = new AbortController();
    stopping.abort();
    const bench = createBench({}, { stopping: stopping.signal });
    const plan = { ...LOST, guard: guard([[], [item("new", at(0))]]) };
    expect(await bench.fail(writing(plan), ARGS)).toContain(UNKNOWN);
    expect(plan.guard.find).toHaveBeenCalledOnce();
  });

  it("an object that could come from an earlier write with an unknown outcome proves nothing", async () => {
    const bench = createBench();
    const idKey = "done";
    const first = writing({ ...LOST, guard: guard([[]], { idKey, ifExists: "create" }) });
    expect(await bench.lapse(bench.fail(first, ARGS))).toContain(UNKNOWN);
    const made = item("new", at(bench.clock.now() - START + 250));
    const second = writing({ ...LOST, guard: guard([[], [made]], { idKey, ifExists: "create" }) });
    expect(await bench.lapse(bench.fail(second, ARGS))).toContain(UNKNOWN);
  });

  it("a second equal call sends nothing while the first is unclear", async () => {
    const bench = createBench();
    const send = vi.fn(LOST.send);
    const tool = writing({ send, guard: guard([[]], { idKey: "done" }) });
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
