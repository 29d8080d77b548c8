import { describe, expect, it, vi } from "vitest";
import type { Call } from "../../../src/c1/port.ts";
import { Failure, WHERE_SET_UP } from "../../../src/errors.ts";
import type { Looking } from "../../../src/tools/watch.ts";
import { failing, reading, writing } from "../../support/fake-tools.ts";
import { createBench, TENANT } from "../../support/tool-bench.ts";

const ARGS = { name: "thing" };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("a successful write", () => {
  it("returns its result as structure and text, and leaves one audit record", async () => {
    const bench = createBench();
    const answered = {
      send: async (call: Call) => {
        bench.clock.advance(120);
        call.onAnswer?.({ status: 201, requestId: "req-write" });
        return { done: "yes" };
      },
    };
    expect(await bench.succeed(writing(answered), ARGS, { principal: "p", client: "c/1" })).toEqual({
      done: "yes",
    });
    expect(bench.audits).toEqual([
      {
        write: expect.stringMatching(UUID),
        tool: "a_write",
        tenant: TENANT,
        principal: "p",
        client: "c/1",
        targets: { name: "thing" },
        outcome: "ok",
        changed: "yes",
        dryRun: false,
        status: 201,
        requestId: "req-write",
        durationMs: 120,
      },
    ]);
  });

  it("does not report the response to a look-up as that to the write", async () => {
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
    await bench.succeed(
      writing({ send }, () => bench.clock.advance(4_000)),
      ARGS,
      { signal },
    );
    const deadline = bench.clock.steady() + 5_000;
    expect(send.mock.lastCall?.[0]).toMatchObject({ signal, deadline });
    expect(bench.api.reached[0]?.call).toMatchObject({ signal, deadline });
  });
});

describe("a refused write", () => {
  it("with invalid arguments: nothing is connected to, and the attempt is recorded", async () => {
    const connect = vi.fn();
    const bench = createBench({}, { connect });
    expect(await bench.fail(writing(), {})).toBe(
      "[invalid_arguments] a_write was called with wrong arguments:\n- name: is required\nNothing was changed. Correct these and call again.",
    );
    expect(connect).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ tool: "a_write", outcome: "invalid_arguments", changed: "no" }]);
    expect(bench.audits[0]).not.toHaveProperty("targets");
  });

  it("without configuration: takes precedence over invalid arguments, and nothing is connected to", async () => {
    const connect = vi.fn();
    const notConfigured = new Failure("not_configured", "Set this.", { next: "Restart." });
    const bench = createBench({}, { connect, notConfigured });
    for (const tool of [writing(), reading(async () => ({ done: "" }))]) {
      expect(await bench.fail(tool, { wrong: 1 })).toBe(
        "[not_configured] Set this. Nothing was changed. Restart.",
      );
    }
    expect(connect).not.toHaveBeenCalled();
    expect(bench.audits).toMatchObject([{ outcome: "not_configured", changed: "no" }]);
  });

  it("by C1: status and request id are recorded, with the targets", async () => {
    const bench = createBench();
    await bench.fail(writing(failing("rejected", { status: 400, requestId: "req-9" })), ARGS);
    expect(bench.audits).toMatchObject([
      { outcome: "rejected", changed: "no", status: 400, requestId: "req-9", targets: ARGS },
    ]);
  });

  it("while connecting", async () => {
    const bench = createBench(
      {},
      { connect: async () => Promise.reject(new Failure("not_configured", "No file.")) },
    );
    expect(await bench.fail(writing(), ARGS)).toBe("[not_configured] No file. Nothing was changed.");
  });
});

describe("a refused read", () => {
  it.each([
    ["not_authenticated", "warn", 40],
    ["not_configured", "warn", 40],
    ["unavailable", "warn", 40],
    ["forbidden", "debug", 20],
    ["not_found", "debug", 20],
  ] as const)("%s is logged at the level %s", async (code, _name, level) => {
    const bench = createBench();
    await bench.fail(
      reading(async () => Promise.reject(new Failure(code, "No."))),
      ARGS,
    );
    expect(bench.logs.at(-1)).toMatchObject({ level, msg: "read", tool: "a_read", outcome: code });
    expect(bench.audits).toEqual([]);
  });
});

describe("a message that blames the credential", () => {
  const tell = (failure: Failure, context = {}) =>
    createBench({}, { connect: async () => Promise.reject(failure) }).fail(writing(), ARGS, context);

  it.each([
    new Failure("not_authenticated", "C1 refused it."),
    new Failure("not_authenticated", "C1 refused it.", { reason: "dpop_required" }),
    new Failure("not_configured", "The secret is cut off.", { reason: "bad_credential" }),
    new Failure("not_configured", "The token is empty.", { next: "Set it.", reason: "bad_credential" }),
    new Failure("not_configured", "CONDUCTORONE_CLIENT_ID is missing.", {
      next: `Correct these ${WHERE_SET_UP} and restart it.`,
    }),
  ])("says once where it is corrected: $message $next", async (failure) => {
    expect((await tell(failure)).split(WHERE_SET_UP)).toHaveLength(2);
  });

  it.each([
    new Failure("unavailable", "CONDUCTORONE_CLIENT_SECRET_FILE hangs."),
    new Failure("not_authenticated", "C1 refused it.", { reason: "wrong_clock" }),
    new Failure("not_configured", "C1_MCP_SECRET_X is not there."),
    new Failure("not_configured", "The secret CONDUCTORONE_CLIENT_SECRET is not there."),
    new Failure("forbidden", "No role."),
  ])("does not say so if something else is to blame: $code, $message", async (failure) => {
    expect(await tell(failure)).not.toContain("is set up");
  });

  it("refers callers over HTTP to the operator", async () => {
    const text = await tell(new Failure("not_authenticated", "C1 refused it."), { principal: "user:jane" });
    expect(text).toContain("The server's operator corrects the credential where the server is set up.");
    expect(text).not.toContain("Claude Desktop");
  });
});

describe("a server with several credentials", () => {
  const CALLER = { name: "user:jane", scopes: ["c1:write"] };
  const connect = (bench: ReturnType<typeof createBench>) =>
    vi.fn(async (_caller: unknown) => ({ ...bench.api, credential: "identity-team" }));

  it("uses the one that is meant for the caller, and names it in every record", async () => {
    const bench = createBench();
    const asked = connect(bench);
    const other = createBench({}, { connect: asked });
    await other.succeed(writing(), ARGS, { principal: "user:jane", caller: CALLER });
    await other.succeed(
      reading(async () => ({ done: "" })),
      ARGS,
      { principal: "user:jane", caller: CALLER },
    );
    expect(asked.mock.calls).toEqual([[CALLER], [CALLER]]);
    expect(other.intents).toMatchObject([{ credential: "identity-team" }]);
    expect(other.audits).toMatchObject([{ outcome: "ok", credential: "identity-team" }]);
    expect(other.logs.at(-1)).toMatchObject({ msg: "read", credential: "identity-team" });
  });

  it("says which one C1 refused", async () => {
    const bench = createBench({}, { connect: connect(createBench()) });
    const refused = writing(failing("not_authenticated", { status: 401 }));
    expect(await bench.fail(refused, ARGS)).toMatch(
      / The call was made with the credential identity-team\. The server's `doctor` command names the cause\.$/,
    );
    // A rejected argument is rejected with any credential.
    expect(await bench.fail(writing(failing("rejected")), ARGS)).not.toContain("identity-team");
  });

  it("names none if none was meant for the caller", async () => {
    const none = async () => Promise.reject(new Failure("forbidden", "None for you."));
    const bench = createBench({}, { connect: none });
    expect(await bench.fail(writing(), ARGS)).toMatch(/^\[forbidden\] None for you\. Nothing was changed\./);
    expect(bench.audits).toMatchObject([{ outcome: "forbidden", changed: "no" }]);
    expect(bench.audits[0]).not.toHaveProperty("credential");
  });
});

describe("an unexpected error", () => {
  const boom = async () => Promise.reject(new TypeError("secret detail"));

  it("in a write is internal, without its message, and promises nothing", async () => {
    const bench = createBench();
    expect(await bench.fail(writing({ send: boom }), ARGS)).toBe(
      "[internal] The server met an error of its own; its log has the details. Whether anything was changed is not known.",
    );
    expect(bench.audits).toMatchObject([{ outcome: "internal", changed: "maybe" }]);
    expect(bench.logs.at(-1)).toMatchObject({
      level: 50,
      tool: "a_write",
      err: { message: "secret detail" },
    });
  });

  it("in a read changed nothing", async () => {
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
  it("leaves no audit record, but a line in the debug log", async () => {
    const bench = createBench();
    await bench.succeed(
      reading(async () => ({ done: "x" })),
      ARGS,
    );
    await bench.fail(
      reading(async () => Promise.reject(new Failure("not_found", "No.", { status: 404 }))),
      ARGS,
    );
    expect(bench.audits).toEqual([]);
    expect(bench.logs).toMatchObject([
      { level: 20, msg: "read", tool: "a_read", outcome: "ok" },
      { level: 20, msg: "read", tool: "a_read", outcome: "not_found", status: 404 },
    ]);
  });
});

describe("sensitive arguments", () => {
  const token = "s3cr3t-token";

  it("are masked in C1's text for their own call only", async () => {
    const bench = createBench();
    const say = ({ mask }: Call) => mask?.(`it is ${token}`) ?? "no mask";
    const echo = { send: async (call: Call) => ({ done: say(call) }) };
    expect(await bench.succeed(writing(echo), { ...ARGS, token })).toEqual({ done: "it is ***" });
    const watch = (_output: unknown, _since: unknown, { call }: Looking) => ({
      look: async () => ({ done: say(call) }),
      describe: () => "Waiting",
      giveUp: () => ({}),
    });
    const watched = { ...writing({ ...echo, wait: { seconds: 1 } }), watch };
    expect(await bench.succeed(watched, { ...ARGS, token })).toEqual({ done: "it is ***" });
    const [, other] = await Promise.all([
      bench.succeed(writing(echo), { name: "one", token }),
      bench.succeed(writing(echo), { name: "two" }),
    ]);
    expect(other).toEqual({ done: `it is ${token}` });
  });

  it("leave our own words, ids and codes intact, even if those are the same", async () => {
    const bench = createBench();
    const done = { done: "acme", tenant: "acme", appId: "acme" };
    const { structuredContent } = await bench.run(writing({ send: async () => done }), {
      ...ARGS,
      token: "acme",
    });
    expect(structuredContent).toEqual(done);
    for (const word of ["read", "exists", "already_exists", "changed", "Nothing was changed"]) {
      expect(await bench.fail(writing(failing("already_exists")), { ...ARGS, token: word })).toBe(
        "[already_exists] It failed. Nothing was changed.",
      );
    }
  });

  it("are masked together with the secrets of others", async () => {
    const bench = createBench();
    bench.deps.redactor.add("of-another-call");
    const echo = { send: async ({ mask }: Call) => ({ done: mask?.(`${token} of-another-call`) ?? "" }) };
    expect(await bench.succeed(writing(echo), { ...ARGS, token })).toEqual({ done: "*** ***" });
  });
});

describe("a configured secret", () => {
  it.each([
    "outcome_unknown",
    "create_connector",
    "connector",
    "appId",
  ])("that is a word of ours, %s, leaves results, errors and audit records intact", async (secret) => {
    const bench = createBench();
    bench.deps.redactor.add(secret);
    const done = { done: `next: ${secret}`, [secret]: secret };
    const { structuredContent } = await bench.run(writing({ send: async () => done }), ARGS);
    expect(structuredContent).toEqual(done);
    const lost = writing(failing("outcome_unknown", { changed: "maybe", next: `See ${secret}` }));
    expect(await bench.lapse(bench.fail(lost, { name: "two" }))).toMatch(/^\[outcome_unknown\] It failed\. /);
  });
});
