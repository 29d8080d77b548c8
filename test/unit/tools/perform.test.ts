import { describe, expect, it, vi } from "vitest";
import { Failure, type FailureCode } from "../../../src/errors.ts";
import type { Existing } from "../../../src/tools/named.ts";
import { failing, reading, writing } from "../../support/fake-tools.ts";
import { createBench, TENANT } from "../../support/tool-bench.ts";

const ARGS = { name: "thing" };

/** A guard that finds the request already fulfilled. */
const existing = {
  key: "thing",
  what: "things of that name",
  existsAlready: "It exists",
  ifExists: "reuse" as const,
  find: async () => ({ items: [{ id: "one", label: "one" }] }),
  describe: () => ({ done: "found" }),
};

describe("a forbidden operation", () => {
  const details = { status: 403, next: "C1's own advice." };

  it("on the write names the documented roles", async () => {
    expect(await createBench().fail(writing(failing("forbidden", details)), ARGS)).toBe(
      "[forbidden] It failed. Nothing was changed. C1 documents this for Application Admin and Super Admin. Ask a C1 administrator for the role. The server's `doctor` command names the cause.",
    );
  });

  it("on a look-up for a write does not name the tool's roles", async () => {
    const prepare = () => Promise.reject(new Failure("forbidden", "It failed.", details));
    expect(await createBench().fail(writing({}, prepare), ARGS)).toBe(
      "[forbidden] It failed. Nothing was changed. C1's own advice. The server's `doctor` command names the cause.",
    );
  });

  it("on a read also names the documented roles", async () => {
    const tool = reading(async () => Promise.reject(new Failure("forbidden", "It failed.", details)));
    expect(await createBench().fail(tool, ARGS)).toContain(
      "C1 documents this for Application Admin and Super Admin.",
    );
  });
});

describe("an unknown outcome", () => {
  it.each<FailureCode>(["outcome_unknown", "cancelled", "unavailable"])("%s: look first", async (code) => {
    const bench = createBench();
    const plan = failing(code, { changed: "maybe", status: 502, requestId: "req-7", next: "Try again." });
    expect(await bench.lapse(bench.fail(writing(plan), ARGS))).toBe(
      "[outcome_unknown] It failed. Whether anything was changed is not known. Look at the thing.",
    );
    expect(bench.audits).toMatchObject([
      { outcome: "outcome_unknown", changed: "maybe", status: 502, requestId: "req-7", targets: ARGS },
    ]);
  });
});

describe("the intent of a write", () => {
  it("is recorded before the write is sent, with the same id as its outcome", async () => {
    const bench = createBench();
    const kept: unknown[] = [];
    const send = async () => {
      kept.push(...bench.intents);
      return { done: "yes" };
    };
    await bench.succeed(writing({ send }), ARGS, { principal: "p", client: "c/1" });
    const write = bench.audits[0]?.write;
    expect(kept).toEqual([
      { write, tool: "a_write", tenant: TENANT, principal: "p", client: "c/1", targets: ARGS },
    ]);
    expect(bench.intents).toHaveLength(1);
    await bench.succeed(writing(), ARGS);
    expect(bench.audits[1]?.write).not.toBe(write);
  });

  it("that cannot be recorded ends the call: nothing is sent, and the outcome says so", async () => {
    const send = vi.fn();
    const outcomes: unknown[] = [];
    const intend = () => {
      throw new Failure("internal", "The record cannot be kept (ENOSPC).");
    };
    const bench = createBench({}, { audit: { intend, write: (record) => void outcomes.push(record) } });
    expect(await bench.fail(writing({ send }), ARGS)).toBe(
      "[internal] The record cannot be kept (ENOSPC). Nothing was changed.",
    );
    expect(send).not.toHaveBeenCalled();
    expect(outcomes).toMatchObject([{ outcome: "internal", changed: "no", targets: ARGS }]);
  });

  it("is not recorded for a write that is never sent", async () => {
    const bench = createBench();
    await bench.fail(writing(), { name: 7 });
    await bench.succeed(writing({ guard: existing }), ARGS);
    expect(bench.audits).toHaveLength(2);
    expect(bench.intents).toEqual([]);
  });
});

describe("cancelling a write", () => {
  it("before it is sent sends nothing and changes nothing", async () => {
    const bench = createBench();
    const abort = new AbortController();
    const send = vi.fn();
    const tool = writing({ send }, () => abort.abort(new Error("client left")));
    expect(await bench.fail(tool, ARGS, { signal: abort.signal })).toMatch(
      /^\[cancelled\] The call was cancelled.*\. Nothing was changed\.$/,
    );
    expect(send).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ outcome: "cancelled", changed: "no", targets: ARGS }]);
    expect(bench.intents).toEqual([]);
    expect(bench.logs).toEqual([]);
  });

  it("while it is sent leaves the outcome to the client", async () => {
    const bench = createBench();
    const plan = failing("cancelled");
    expect(await bench.fail(writing(plan), ARGS)).toBe("[cancelled] It failed. Nothing was changed.");
  });
});

describe("a failure after a write", () => {
  it.each([
    ["a failure", new Failure("cancelled", "The call was cancelled."), "cancelled"],
    ["an error of ours", new Error("oops"), "stopped"],
  ])("cannot make it appear undone: %s", async (_what, error, note) => {
    const bench = createBench();
    const after = () => Promise.reject(error);
    expect(await bench.succeed(writing({ after }), ARGS)).toEqual({
      done: "thing",
      unchecked: [`what followed the write (${note})`],
    });
    expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });
});

describe("a person's consent", () => {
  const policy = { readOnly: false, tools: undefined, writes: { default: "confirm", byTool: {} } } as const;

  it("is requested once, with a question that shows the whole write", async () => {
    const bench = createBench({}, { switches: policy });
    const ask = vi.fn(async () => "accepted" as const);
    await bench.succeed(writing(), ARGS, { ask });
    expect(bench.audits).toMatchObject([{ outcome: "ok", consent: "client" }]);
    expect(ask).toHaveBeenCalledOnce();
    expect(ask).toHaveBeenCalledWith(
      expect.objectContaining({
        message: `Send this change to ConductorOne?\ntenant: "${TENANT}"\ntool: "a_write"\nrequest: "POST /"\nifExists: "fail"`,
      }),
    );
  });

  it.each([
    "declined",
    "dismissed",
    "unavailable",
    "expired",
    "mismatched",
    "replayed",
  ] as const)("that is %s sends nothing", async (answer) => {
    const send = vi.fn();
    const bench = createBench({}, { switches: policy });
    const text = await bench.fail(writing({ send }), ARGS, { ask: async () => answer });
    expect(text).toMatch(/^\[declined\] .* Nothing was changed\. /);
    expect(send).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ outcome: "declined", changed: "no", targets: ARGS }]);
    expect(bench.audits[0]).not.toHaveProperty("consent");
  });

  it.each([
    ["at once", 0, 0, 1],
    ["after a while", 60_000, 0, 2],
    ["after a while that the machine's clock does not show", 60_000, -60_000, 2],
    ["after a sleep of the machine", 0, 60_000, 2],
  ])("given %s keeps what could not be checked, and repeats the checks if time has passed", async (_name, passMs, setMs, checks) => {
    const bench = createBench({}, { switches: policy });
    const ask = async () => {
      bench.clock.advance(passMs);
      bench.clock.set(setMs);
      return "accepted" as const;
    };
    const result = await bench.succeed(writing(), { name: "half seen" }, { ask });
    expect(result).toEqual({ done: "half seen", unchecked: ["something (forbidden)"] });
    expect(bench.argsOf("searchUsers")).toHaveLength(checks);
  });

  it("covers what was shown: if that has changed, nothing is sent", async () => {
    const send = vi.fn();
    const bench = createBench({}, { switches: policy });
    const plan: Parameters<typeof writing>[0] = { send };
    const ask = async () => {
      bench.clock.advance(60_000);
      Object.assign(plan, { request: { method: "POST", path: "/other", body: {} } });
      return "accepted" as const;
    };
    expect(await bench.fail(writing(plan), ARGS, { ask })).toContain("[declined] While the person decided");
    expect(send).not.toHaveBeenCalled();
  });

  it.each([
    ["at once", 0],
    ["after a while", 60_000],
  ])("given %s does not cover a duplicate that was not shown", async (_name, ms) => {
    const send = vi.fn();
    const bench = createBench({}, { switches: policy });
    const found: Existing[] = [];
    const plan = {
      send,
      guard: {
        key: "thing",
        what: "things of that name",
        existsAlready: "It exists",
        ifExists: "create" as const,
        find: async () => ({ items: found }),
        describe: () => ({ done: "found" }),
      },
    };
    const ask = async () => {
      bench.clock.advance(ms);
      found.push({ id: "twin", label: "Twin [twin]" });
      return "accepted" as const;
    };
    expect(await bench.fail(writing(plan), ARGS, { ask })).toBe(
      "[declined] While the person decided, what they agreed to has changed. Nothing was changed. Call again to be asked anew.",
    );
    expect(send).not.toHaveBeenCalled();
  });
});
