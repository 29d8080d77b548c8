import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RUNS } from "../faults/runs.ts";
import { createRig, type Outcome, type Rig, type RigOptions } from "../support/rig.ts";
import { person, SERVED_AS, TEAM, type TeamFile, teamFile, writeTeamFile } from "../support/team.ts";

type Who = keyof typeof TEAM;
const EVERYBODY = Object.keys(TEAM) as Who[];

let rig: Rig;
let team: TeamFile;

async function start(options: RigOptions = {}): Promise<void> {
  rig = await createRig({
    ...options,
    credentialsFile: (sandbox) => {
      team = writeTeamFile(sandbox);
      return team.path;
    },
  });
}
beforeEach(() => start());
afterEach(async () => {
  await rig.close();
  team.remove();
});

const call = (who: Who, tool: string, args: object): Promise<Outcome> =>
  rig.call(tool, args, { caller: TEAM[who].caller });
const create = (who: Who, displayName: string) => call(who, "create_app", { displayName });

/** The user whose token each create carried, by the name of the app. */
const creators = () =>
  rig.writes().map(({ body, userId, status }) => ({
    name: (body as { displayName: string }).displayName,
    userId,
    status,
  }));

describe(`${16 * RUNS.rounds} concurrent mixed calls`, { timeout: 120_000 }, () => {
  /** Sixteen calls: each caller makes a create, two look-ups, and a create that may succeed only once in the tenant. */
  const round = (index: number): (readonly [Who, Promise<Outcome>])[] =>
    EVERYBODY.flatMap((who) => [
      [who, create(who, `Own ${who} ${index}`)],
      [who, call(who, "whoami", {})],
      [who, call(who, "find_apps", { query: `Own ${who}` })],
      [who, create(who, `Shared ${index}`)],
    ]);

  it("reach C1 with the right credential each, and the audit names caller and credential", async () => {
    const calls = Array.from({ length: RUNS.rounds }, (_, index) => round(index)).flat();
    expect(calls).toHaveLength(16 * RUNS.rounds);
    const outcomes = await Promise.all(calls.map(async ([who, done]) => ({ who, ...(await done) })));
    for (const { who, value } of outcomes) {
      // Of `whoami` only.
      if (value.may) expect([who, value.credential]).toEqual([who, TEAM[who].entry]);
      if (value.may && who === "jane") expect(value.userId).toBe(SERVED_AS.jane);
    }
    const failed = outcomes.filter(({ isError }) => isError);
    // One lock and one memory per tenant: three of the four who request the same app learn that it exists.
    expect(failed).toHaveLength(3 * RUNS.rounds);
    for (const { text } of failed) expect(text).toMatch(/^\[already_exists\]/);

    const created = creators();
    expect(created).toHaveLength(5 * RUNS.rounds);
    for (const { name, userId } of created) {
      const [kind, who] = name.split(" ");
      if (kind === "Own") expect([name, userId]).toEqual([name, SERVED_AS[TEAM[who as Who].entry]]);
    }
    expect(rig.audits).toHaveLength(8 * RUNS.rounds);
    for (const { principal, credential, targets, outcome } of rig.audits) {
      const who = EVERYBODY.find((one) => TEAM[one].caller.name === principal) as Who;
      expect([principal, credential]).toEqual([principal, TEAM[who].entry]);
      const name = String(targets?.displayName);
      if (name.startsWith("Own")) expect(name).toContain(` ${who} `);
      else if (outcome === "ok") {
        const { userId } = created.find((one) => one.name === name) ?? {};
        expect([name, userId]).toEqual([name, SERVED_AS[TEAM[who].entry]]);
      }
    }
    expect(rig.intents).toHaveLength(5 * RUNS.rounds);
    // Each credential has one token.
    expect(rig.sandbox.counts.tokens).toBe(4);
  });

  it("fail for only one team when its credential is revoked midway, and name it", async () => {
    const first = Array.from({ length: 10 }, (_, index) => round(index)).flat();
    await Promise.all(first.map(([, done]) => done));
    const running = Array.from({ length: 10 }, (_, index) => round(10 + index)).flat();
    team.principals["finance-team"].revoke();
    const later = Array.from({ length: 10 }, (_, index) => round(20 + index)).flat();
    const outcomes = await Promise.all(
      [...running, ...later].map(async ([who, done]) => ({ who, ...(await done) })),
    );
    const refused = outcomes.filter(
      ({ text }) => !text.startsWith("[already_exists]") && text.startsWith("["),
    );
    expect(new Set(refused.map(({ who }) => who))).toEqual(new Set(["sam"]));
    expect(refused.length).toBeGreaterThanOrEqual(4 * 10);
    for (const { text } of refused) {
      expect(text).toMatch(/^\[not_authenticated\] .* Nothing was changed\. /);
      expect(text).toContain("The call was made with the credential finance-team.");
    }
    // Exactly the writes that were not refused were done.
    const done = new Set(
      creators()
        .filter(({ status }) => status === 200)
        .map(({ name }) => name),
    );
    const told = rig.audits
      .filter(({ outcome }) => outcome === "ok")
      .map(({ targets }) => targets?.displayName);
    expect(new Set(told)).toEqual(done);
    for (const index of Array.from({ length: 30 }, (_, at) => at))
      for (const who of ["jane", "kate", "bot"] as const) expect(done).toContain(`Own ${who} ${index}`);
    const lost = rig.audits.filter(({ outcome }) => outcome === "not_authenticated");
    expect(new Set(lost.map(({ principal, credential }) => `${principal} ${credential}`))).toEqual(
      new Set(["user:sam finance-team"]),
    );
    expect((await create("kate", "Afterwards")).isError).toBe(false);
  });
});

describe("whoami", () => {
  it("shows each caller the identity in C1 and the credential's name", async () => {
    const summaries = await Promise.all(
      EVERYBODY.map(async (who) => (await call(who, "whoami", {})).value.summary),
    );
    expect(summaries).toEqual([
      expect.stringMatching(/^"Jane Doe \(.*\)" in sandbox by the credential jane, roles: "system:owner"\.$/),
      expect.stringMatching(/^service principal \w+ in .* by the credential identity-team, /),
      expect.stringMatching(/^service principal \w+ in .* by the credential finance-team, /),
      expect.stringMatching(/^service principal \w+ in .* by the credential bot, /),
    ]);
  });
});

describe("a caller whom no entry matches", () => {
  it.each([
    ["a stranger", person("nobody")],
    ["the subject of another issuer", person("jane", {}, "https://login.evil.example")],
    ["a group of another issuer", person("eve", { groups: ["it"] }, "https://login.evil.example")],
    ["one whose token says less", person("kate", {})],
    ["one with a claim of a strange name", person("eve", JSON.parse('{"__proto__":{"groups":["it"]}}'))],
    [
      "the holder of another static token",
      {
        name: "token-2",
        scopes: ["c1:read", "c1:write"],
        identity: { kind: "token" as const, place: "token-2" },
      },
    ],
    ["nobody in particular", undefined],
  ])("is refused without contacting C1: %s", async (_what, caller) => {
    for (const [tool, args] of [
      ["create_app", { displayName: "No" }],
      ["whoami", {}],
    ] as const) {
      const { isError, text } = await rig.call(tool, args, { caller });
      expect([isError, text]).toEqual([
        true,
        expect.stringMatching(
          /^\[forbidden\] This server has no C1 credential .*\. Nothing was changed\. Ask the operator of the server to name you in C1_MCP_CREDENTIALS_FILE\. /,
        ),
      ]);
    }
    expect(rig.sandbox.requests).toEqual([]);
    expect(rig.audits).toMatchObject([{ outcome: "forbidden", changed: "no" }]);
    expect(rig.audits[0]).not.toHaveProperty("credential");
  });

  it("is served by the default, if there is one", async () => {
    team.write({ ...teamFile(team.principals), default: "bot" });
    const { value } = await rig.call("whoami", {}, { caller: person("nobody") });
    expect(value.credential).toBe("bot");
    expect((await call("jane", "whoami", {})).value.credential).toBe("jane");
  });
});

describe("the same app", () => {
  it("is created once, whoever asks, even if one caller cannot see another's app", async () => {
    await rig.close();
    team.remove();
    // New objects stay invisible for a minute.
    await start({ sandbox: { objectDelayMs: 60_000 } });
    expect((await create("jane", "Acme CRM")).isError).toBe(false);
    const again = await create("kate", "Acme CRM");
    expect(again.text).toMatch(/^\[already_exists\] .*made a moment ago, not shown by C1 now/);
    expect(rig.writes()).toHaveLength(1);
  });
});

describe("a consent", () => {
  it("is void if another credential serves the caller meanwhile", async () => {
    await rig.close();
    team.remove();
    await start({ confirm: true });
    const bindings: string[] = [];
    const ask = async ({ binding }: { binding: string }) => {
      bindings.push(binding);
      return "declined" as const;
    };
    const args = { displayName: "Acme CRM" };
    await rig.call("create_app", args, { caller: TEAM.jane.caller, ask });
    const file = teamFile(team.principals);
    team.write({ ...file, entries: file.entries.filter(({ name }) => name !== "jane") });
    await rig.call("create_app", args, { caller: TEAM.jane.caller, ask });
    expect(bindings[0]).toContain("jane");
    expect(bindings[1]).toContain("identity-team");
  });
});

describe("a change of the credentials file", () => {
  it("during a call does not affect the call's credential", async () => {
    rig.sandbox.faults.add({ match: { operation: "apps.search" }, do: { kind: "latency", ms: 200 } });
    const running = create("jane", "Begun before");
    await expect.poll(() => rig.requests().length).toBe(1);
    const file = teamFile(team.principals);
    team.write({ ...file, entries: file.entries.filter(({ name }) => name !== "jane") });
    expect((await create("jane", "Begun after")).isError).toBe(false);
    expect((await running).isError).toBe(false);
    // Which of them ends first depends on the machine.
    expect(rig.audits).toHaveLength(2);
    expect(new Map(rig.audits.map(({ targets, credential }) => [targets?.displayName, credential]))).toEqual(
      new Map([
        ["Begun before", "jane"],
        ["Begun after", "identity-team"],
      ]),
    );
    expect(creators()).toHaveLength(2);
    expect(new Map(creators().map(({ name, userId }) => [name, userId]))).toEqual(
      new Map([
        ["Begun before", SERVED_AS.jane],
        ["Begun after", SERVED_AS["identity-team"]],
      ]),
    );
  });

  it("keeps the tokens of unchanged entries", async () => {
    for (const who of EVERYBODY) await call(who, "whoami", {});
    const file = teamFile(team.principals);
    team.write({ ...file, entries: file.entries.toReversed(), default: "bot" });
    for (const who of EVERYBODY) await call(who, "whoami", {});
    expect(rig.sandbox.counts.tokens).toBe(4);
  });

  it("many times over, valid and invalid, fails no call and mixes up none", { timeout: 60_000 }, async () => {
    const file = teamFile(team.principals);
    const calls: Promise<[Who, Outcome]>[] = [];
    for (let version = 0; version < 100; version += 1) {
      if (version % 3 === 1) writeFileSync(team.path, "{");
      else team.write({ ...file, entries: version % 2 === 0 ? file.entries.toReversed() : file.entries });
      for (const who of ["kate", "sam", "bot"] as const)
        calls.push(create(who, `${who} ${version}`).then((outcome) => [who, outcome]));
      if (version % 10 === 0) await Promise.all(calls);
    }
    for (const [who, { isError, text }] of await Promise.all(calls))
      expect([who, isError, text]).toEqual([who, false, text]);
    for (const { name, userId } of creators())
      expect([name, userId]).toEqual([name, SERVED_AS[TEAM[name.split(" ")[0] as Who].entry]]);
    expect(rig.sandbox.counts.tokens).toBe(3);
  });
});

describe("a failing credential", () => {
  it("affects only its callers, and recovers together with its secret", async () => {
    const secret = join(team.folder, "finance-team.secret");
    renameSync(secret, `${secret}.away`);
    team.write({ ...teamFile(team.principals), default: "bot" });
    expect(await rig.credentials?.check()).toBe("degraded");
    const { text } = await create("sam", "Refused");
    expect(text).toMatch(
      /^\[not_configured\] The file named by clientSecretFile of the credential finance-team cannot be used: it does not exist\. Nothing was changed\./,
    );
    // Logged once, when the file changes.
    expect(rig.logs.filter((line) => line.includes("cannot be used: it does not exist"))).toHaveLength(1);
    for (const who of ["jane", "kate", "bot"] as const)
      expect((await create(who, `Of ${who}`)).isError).toBe(false);
    renameSync(`${secret}.away`, secret);
    expect((await create("sam", "Served")).isError).toBe(false);
    expect(await rig.credentials?.check()).toBeUndefined();
  });

  it("leaves the server ready as long as another one works", async () => {
    for (const name of ["jane", "identity-team", "finance-team"]) rmSync(join(team.folder, `${name}.secret`));
    expect(await rig.credentials?.check()).toBe("degraded");
    rmSync(join(team.folder, "bot.secret"));
    await expect(rig.credentials?.check()).rejects.toThrow("no credential");
  });

  it("is reported by the probe, as is an invalid file", async () => {
    writeFileSync(team.path, "{");
    expect(await rig.credentials?.check()).toBe("degraded");
    expect((await create("kate", "As before")).isError).toBe(false);
  });
});

describe("secrets of entries", () => {
  it("are masked before any of them is used, and never appear", async () => {
    // Of a form that no pattern recognises.
    const unused = "canarybird-that-nobody-has-called-with";
    writeFileSync(join(team.folder, "unused"), unused, { mode: 0o600 });
    const file = teamFile(team.principals);
    const entry = { name: "unused", callers: [{ token: 9 }], accessTokenFile: "unused" };
    team.write({ ...file, entries: [...file.entries, entry] });
    const secrets = [unused, ...Object.values(team.principals).map(({ clientSecret }) => clientSecret)];
    const [app] = rig.sandbox.state.apps;
    if (!app) throw new Error("no app");
    // The tenant repeats them all.
    rig.sandbox.state.apps = secrets.map((displayName, at) => ({
      ...app,
      id: `${at}`.repeat(27),
      displayName,
    }));
    const found = await call("bot", "find_apps", {});
    expect(found.text.match(/\*\*\*/g)).toHaveLength(secrets.length);
    const said = [found];
    for (const displayName of secrets) said.push(await create("bot", displayName));
    rig.sandbox.faults.add({
      match: { operation: "token" },
      do: {
        kind: "status",
        status: 401,
        body: { error: "invalid_client", error_description: secrets.join() },
      },
    });
    said.push(await create("sam", "Refused"));
    const out = JSON.stringify([said, rig.logs]);
    for (const secret of secrets) expect(out).not.toContain(secret.slice(secret.lastIndexOf(":") + 1));
  });
});
