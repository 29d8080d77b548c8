import { describe, expect, it, vi } from "vitest";
import { z } from "zod/v3";
import type { Call } from "../../../src/c1/port.ts";
import { Failure, type FailureCode, type FailureDetails } from "../../../src/errors.ts";
import { defineRead, defineWrite, type WritePlan } from "../../../src/tools/define.ts";
import { createBench, TENANT } from "../../support/tool-bench.ts";

const common = {
  title: "T",
  description: "D",
  roles: "Ask for the role.",
  input: z.object({ name: z.string(), token: z.string().optional() }).strict(),
  output: z.object({ done: z.string(), unchecked: z.array(z.string()).optional() }),
};

type Output = { done: string };
type Plan = Partial<WritePlan<Output>>;

/** A write whose plan is what the test says, and otherwise works. */
const writing = (plan: Plan = {}, prepare: () => Promise<void> | void = () => undefined) =>
  defineWrite({
    ...common,
    name: "a_write",
    effect: "create",
    sensitive: ({ token }) => (token === undefined ? [] : [token]),
    async plan({ name }, run) {
      await run.api.users.search({}, {}, run.call);
      await prepare();
      if (name === "half seen") run.unchecked.push("something (forbidden)");
      return {
        targets: { name },
        intent: "Do it",
        request: { method: "POST", path: "/", body: {} },
        ifUnknown: "Look at the thing.",
        send: async () => ({ done: name }),
        ...plan,
      };
    },
  });

const reading = (read: (call: Call) => Promise<Output>) =>
  defineRead({ ...common, name: "a_read", read: (_args, run) => read(run.call) });

const ARGS = { name: "thing" };

const failing = (code: FailureCode, details: FailureDetails = {}) => ({
  send: async () => Promise.reject(new Failure(code, "It failed.", details)),
});

describe("a write that works", () => {
  it("gives its result twice over and leaves one audit record", async () => {
    const bench = createBench();
    const answered = {
      send: async (call: Call) => {
        bench.clock.advance(120);
        call.onAnswer?.({ status: 201, requestId: "req-write" });
        return { done: "yes" };
      },
    };
    expect(await bench.succeed(writing(answered), ARGS, { principal: "p", client: "c/1" })).toEqual({ done: "yes" });
    expect(bench.audits).toEqual([
      {
        tool: "a_write",
        tenant: TENANT,
        principal: "p",
        client: "c/1",
        targets: { name: "thing" },
        outcome: "ok",
        changed: "yes",
        status: 201,
        requestId: "req-write",
        durationMs: 120,
      },
    ]);
  });

  it("does not show the answer to a look-up as that to the write", async () => {
    const bench = createBench();
    await bench.succeed(writing(), ARGS);
    expect(bench.api.reached).toHaveLength(1);
    expect(bench.audits[0]).not.toHaveProperty("status");
    expect(bench.audits[0]).not.toHaveProperty("client");
  });

  it("lists what could not be checked", async () => {
    const result = await createBench().succeed(writing(), { name: "half seen" });
    expect(result).toEqual({ done: "half seen", unchecked: ["something (forbidden)"] });
  });

  it("gives all calls to C1 one deadline and the caller's signal", async () => {
    const bench = createBench({}, { timeoutMs: 9_000 });
    const { signal } = new AbortController();
    const send = vi.fn(async (_call: Call) => ({ done: "" }));
    await bench.succeed(writing({ send }, () => bench.clock.advance(4_000)), ARGS, { signal });
    const deadline = bench.clock.now() + 5_000;
    expect(send.mock.lastCall?.[0]).toMatchObject({ signal, deadline });
    expect(bench.api.reached[0]?.call).toMatchObject({ signal, deadline });
  });
});

describe("a write that is refused", () => {
  it("wrong arguments: nothing is connected to, and the attempt is on record", async () => {
    const connect = vi.fn();
    const bench = createBench({}, { connect });
    expect(await bench.fail(writing(), {})).toBe(
      "[invalid_arguments] a_write was called with wrong arguments:\n- name: is required\nNothing was changed. Correct these and call again.",
    );
    expect(connect).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ tool: "a_write", outcome: "invalid_arguments", changed: "no" }]);
    expect(bench.audits[0]).not.toHaveProperty("targets");
  });

  it("not configured: wins over wrong arguments, and nothing is connected to", async () => {
    const connect = vi.fn();
    const notConfigured = new Failure("not_configured", "Set this.", { next: "Restart." });
    const bench = createBench({}, { connect, notConfigured });
    for (const tool of [writing(), reading(async () => ({ done: "" }))]) {
      expect(await bench.fail(tool, { wrong: 1 })).toBe("[not_configured] Set this. Nothing was changed. Restart.");
    }
    expect(connect).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ outcome: "not_configured", changed: "no" }]);
  });

  it("by C1: status and request id are on record, with the targets", async () => {
    const bench = createBench();
    await bench.fail(writing(failing("rejected", { status: 400, requestId: "req-9" })), ARGS);
    expect(bench.audits).toMatchObject([
      { outcome: "rejected", changed: "no", status: 400, requestId: "req-9", targets: ARGS },
    ]);
  });

  it("while connecting", async () => {
    const bench = createBench({}, { connect: async () => Promise.reject(new Failure("not_configured", "No file.")) });
    expect(await bench.fail(writing(), ARGS)).toBe("[not_configured] No file. Nothing was changed.");
  });
});

describe("forbidden", () => {
  const details = { status: 403, next: "C1's own advice." };

  it("on the write names the documented roles", async () => {
    expect(await createBench().fail(writing(failing("forbidden", details)), ARGS)).toBe(
      "[forbidden] It failed. Nothing was changed. Ask for the role.",
    );
  });

  it("on a look-up of a write does not: its roles are not the tool's", async () => {
    const prepare = () => Promise.reject(new Failure("forbidden", "It failed.", details));
    expect(await createBench().fail(writing({}, prepare), ARGS)).toBe(
      "[forbidden] It failed. Nothing was changed. C1's own advice.",
    );
  });

  it("on a read names them too", async () => {
    const tool = reading(async () => Promise.reject(new Failure("forbidden", "It failed.", details)));
    expect(await createBench().fail(tool, ARGS)).toContain("Ask for the role.");
  });
});

describe("an outcome that is not known", () => {
  it.each<FailureCode>(["outcome_unknown", "cancelled", "unavailable"])("%s: look first", async (code) => {
    const bench = createBench();
    const plan = failing(code, { changed: "maybe", status: 502, requestId: "req-7", next: "Try again." });
    expect(await bench.fail(writing(plan), ARGS)).toBe(
      "[outcome_unknown] It failed. Whether anything was changed is not known. Look at the thing.",
    );
    expect(bench.audits).toMatchObject([
      { outcome: "outcome_unknown", changed: "maybe", status: 502, requestId: "req-7", targets: ARGS },
    ]);
  });
});

describe("cancelling", () => {
  it("before the send sends nothing and changes nothing", async () => {
    const bench = createBench();
    const abort = new AbortController();
    const send = vi.fn();
    const tool = writing({ send }, () => abort.abort(new Error("client left")));
    expect(await bench.fail(tool, ARGS, { signal: abort.signal })).toBe(
      "[cancelled] The call was cancelled. Nothing was changed.",
    );
    expect(send).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ outcome: "cancelled", changed: "no", targets: ARGS }]);
    expect(bench.logs).toEqual([]);
  });

  it("during the send is what the client makes of it", async () => {
    const bench = createBench();
    const plan = failing("cancelled");
    expect(await bench.fail(writing(plan), ARGS)).toBe("[cancelled] It failed. Nothing was changed.");
  });
});

describe("an unexpected error", () => {
  const boom = async () => Promise.reject(new TypeError("secret detail"));

  it("of a write is internal, without its message, and makes no promise", async () => {
    const bench = createBench();
    expect(await bench.fail(writing({ send: boom }), ARGS)).toBe(
      "[internal] The server met an error of its own; its log has the details. Whether anything was changed is not known.",
    );
    expect(bench.audits).toMatchObject([{ outcome: "internal", changed: "maybe" }]);
    expect(bench.logs).toMatchObject([{ level: 50, tool: "a_write", err: { message: "secret detail" } }]);
  });

  it("of a read changed nothing", async () => {
    const bench = createBench();
    expect(await bench.fail(reading(boom), ARGS)).toBe(
      "[internal] The server met an error of its own; its log has the details. Nothing was changed.",
    );
    expect(bench.audits).toEqual([]);
  });

  it("that is not even an Error ends the same way", async () => {
    const thrown = async () => Promise.reject("just text");
    expect(await createBench().fail(reading(thrown), ARGS)).toMatch(/^\[internal\] The server met/);
  });
});

describe("a read", () => {
  it("leaves no audit record; the debug log has it", async () => {
    const bench = createBench();
    await bench.succeed(reading(async () => ({ done: "x" })), ARGS);
    await bench.fail(reading(async () => Promise.reject(new Failure("not_found", "No.", { status: 404 }))), ARGS);
    expect(bench.audits).toEqual([]);
    expect(bench.logs).toMatchObject([
      { level: 20, msg: "read", tool: "a_read", outcome: "ok" },
      { level: 20, msg: "read", tool: "a_read", outcome: "not_found", status: 404 },
    ]);
  });
});

describe("sensitive arguments", () => {
  const token = "s3cr3t-token";

  it("are hidden in results and errors while the call runs, and forgotten afterwards", async () => {
    const bench = createBench();
    const echo = { send: async () => ({ done: `it is ${token}` }) };
    expect(await bench.succeed(writing(echo), { ...ARGS, token })).toEqual({ done: "it is ***" });
    const refusal = { send: async () => Promise.reject(new Failure("rejected", `bad ${token}`)) };
    expect(await bench.fail(writing(refusal), { ...ARGS, token })).toContain("bad ***.");
    expect(bench.deps.redactor.redact(token)).toBe(token);
  });

  it("are still hidden when the audit record is written", async () => {
    const seen: string[] = [];
    const bench = createBench({}, { audit: () => void seen.push(bench.deps.redactor.redact(token)) });
    await bench.succeed(writing(), { ...ARGS, token });
    await bench.fail(writing(failing("rejected")), { ...ARGS, token });
    expect(seen).toEqual(["***", "***"]);
  });

  it("are not hidden away from other calls for longer than the longest that has them", async () => {
    const bench = createBench();
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = bench.run(writing({}, () => slow), { ...ARGS, token });
    await bench.succeed(writing(), { ...ARGS, token });
    expect(bench.deps.redactor.redact(token)).toBe("***");
    release();
    await running;
    expect(bench.deps.redactor.redact(token)).toBe(token);
  });
});
