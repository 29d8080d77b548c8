import { describe, expect, it } from "vitest";
import type { Caller, UserIdentity } from "../../../src/caller.ts";
import type { Question } from "../../../src/tools/ask-person.ts";
import { showIdentity } from "../../../src/tools/show-identity.ts";
import { writing } from "../../support/fake-tools.ts";
import { createBench } from "../../support/tool-bench.ts";

const JANE: UserIdentity = {
  kind: "user",
  issuer: "https://acme.conductor.one",
  subject: "2blqQvXSVhpglvqomKjZPi61NkU",
  email: "jane.doe@acme.example",
  clientId: "claude-code",
  authTime: 1_795_000_000,
  claims: { sub: "2blqQvXSVhpglvqomKjZPi61NkU", groups: ["canary-group"] },
};
const SHOWN = {
  issuer: "https://acme.conductor.one",
  subject: "2blqQvXSVhpglvqomKjZPi61NkU",
  email: "jane.doe@acme.example",
  clientId: "claude-code",
  authTime: "2026-11-18T11:06:40.000Z",
};
const callerOf = (identity: Caller["identity"]): Caller => ({
  name: "user:jane",
  scopes: ["c1:write"],
  identity,
});
const POLICY = { readOnly: false, tools: undefined, writes: { default: "confirm", byTool: {} } } as const;

async function promptFor(identity: Caller["identity"]): Promise<string> {
  const asked: Question[] = [];
  const ask = async (question: Question) => {
    asked.push(question);
    return "declined" as const;
  };
  const caller = callerOf(identity);
  await createBench({}, { switches: POLICY }).fail(
    writing({}),
    { name: "thing" },
    { ask, caller, principal: caller.name },
  );
  return asked[0]?.message ?? "";
}

describe("the displayed identity", () => {
  it("contains what the server vouches for, by name, and no other claim", () => {
    expect(showIdentity(JANE)).toEqual(SHOWN);
    const bot = { kind: "client", issuer: JANE.issuer, clientId: "bot", claims: { a: 1 } } as const;
    expect(showIdentity(bot)).toEqual({ issuer: JANE.issuer, clientId: "bot" });
  });

  it("is undefined if nobody vouches for the caller", () => {
    expect(showIdentity(undefined)).toBeUndefined();
    expect(showIdentity({ kind: "token", place: "token-1" })).toBeUndefined();
  });

  it.each([
    ["a line break", "jane@acme.example\ntenant: other", "jane@acme.example\\u000atenant: other"],
    ["another direction", "\u202eelpmaxe.emca@enaj", "\\u202eelpmaxe.emca@enaj"],
    ["a letter that looks alike", "j\u0430ne@acme.example", "j\\u0430ne@acme.example"],
    ["nothing to see", "jane@acme.example\u200b", "jane@acme.example\\u200b"],
    ["an escape", "j\\u0430ne@acme.example", "j\\\\u0430ne@acme.example"],
    ["half a character", "j\ud83dne", "j\\ud83dne"],
    ["its own ellipsis", "jane…", "jane\\u2026"],
  ])("cannot pass for another by %s", (_what, email, shown) => {
    expect(showIdentity({ ...JANE, email })?.email).toBe(shown);
  });

  it("is short", () => {
    const { email = "" } = showIdentity({ ...JANE, email: "\u0430".repeat(10_000) }) ?? {};
    expect(email).toHaveLength(128);
    expect(email).toMatch(/…$/);
  });
});

describe("an attempted write", () => {
  it("is recorded with the person behind it, before and after", async () => {
    const bench = createBench();
    await bench.succeed(writing({}), { name: "thing" }, { principal: "user:jane", caller: callerOf(JANE) });
    expect([bench.intents[0]?.caller, bench.audits[0]?.caller]).toEqual([SHOWN, SHOWN]);
    expect(JSON.stringify([bench.intents, bench.audits, bench.logs])).not.toContain("canary-group");
  });

  it("is shown to a person with who asked for it", async () => {
    expect(await promptFor(JANE)).toContain(
      '\nasked for by: "user:jane" (issuer "https://acme.conductor.one", subject "2blqQvXSVhpglvqomKjZPi61NkU", ' +
        'e-mail "jane.doe@acme.example", client "claude-code", logged in "2026-11-18T11:06:40.000Z")\n',
    );
    const { email: _, authTime: __, ...less } = JANE;
    expect(await promptFor(less)).toContain('subject "2blqQvXSVhpglvqomKjZPi61NkU", client "claude-code")\n');
  });

  it("has no line for a caller whom nobody vouches for", async () => {
    expect(await promptFor({ kind: "token", place: "token-1" })).not.toContain("asked for by");
  });

  it("shows the person on a single line, whatever the e-mail address", async () => {
    const email = 'jane@acme.example")\ntenant: "evil"\u2028\u202e';
    const plain = (await promptFor(JANE)).split("\n");
    const lines = (await promptFor({ ...JANE, email })).split("\n");
    expect(lines).toHaveLength(plain.length);
    expect(lines.filter((line) => line.startsWith("tenant:"))).toHaveLength(1);
    expect(lines.join("")).toMatch(/^[ -~]*$/);
  });
});
