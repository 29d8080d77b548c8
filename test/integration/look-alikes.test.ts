import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { APPS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* Names that a person cannot tell apart, through the real tools. */

/** Names that are refused, with the description of their fourth character. */
const REFUSED: readonly [string, string][] = [
  ["Zed\u00a0One", "a no-break space (U+00A0)"],
  ["Zed  One", "two spaces at character 4"],
  ["Zed\tOne", "a tab (U+0009)"],
  ["Zed\u0085One", "a line break (U+0085)"],
  ["Zed\u2028One", "a line break (U+2028)"],
  ["Zed\u2029One", "a line break (U+2029)"],
  ["Zed\u3000One", "a special space (U+3000)"],
  ["Zed\u202fOne", "a special space (U+202F)"],
  ["Zed\u200bOne", "a zero-width space (U+200B)"],
  ["Zed\u200d One", "a zero-width joiner"],
  ["Zed\u202e One", "a mark that turns the direction of reading (U+202E)"],
  ["Zed\u00ad One", "a soft hyphen (U+00AD)"],
  ["Zed\ufe0f One", "a variation selector"],
  ["Zed\u{e0100} One", "one that does not show (U+E0100)"],
  ["Zed\u{e0041} One", "one that does not show (U+E0041)"],
  ["Zed\u2060 One", "one that does not show (U+2060)"],
  ["Zed\ufeff One", "one that does not show (U+FEFF)"],
  ["Zed\u034f One", "one that does not show (U+034F)"],
  ["Zed\u115f One", "one that does not show (U+115F)"],
  ["Zed\u3164One", "one that does not show (U+3164)"],
  ["Zed\uffa0One", "one that does not show (U+FFA0)"],
  ["Zed\u2800One", "one that does not show (U+2800)"],
  ["Zed\u180eOne", "one that does not show (U+180E)"],
  ["Zed\ufffcOne", "one that does not show (U+FFFC)"],
];

/** Spellings of the same name: that of the existing object, and that of the request. */
const SAME: readonly [string, string][] = [
  ["Zed One", "Zed One"],
  ["Zed One", " \tZed One  "],
  ["Zed One", "zED oNE"],
  ["Zed One", "\uff3a\uff45\uff44 \uff2f\uff4e\uff45"],
  ["Straße Two", "STRASSE TWO"],
  ["Straße Two", "STRAẞE two"],
  ["ﬁx Three", "Fix three"],
  ["Οδος Four", "ΟΔΟΣ FOUR"],
  ["Istanbul Five", "İstanbul Five"],
  ["Istanbul Five", "ıstanbul Five"],
  ["Zoë Six", "Zoe\u0308 Six"],
];

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
  for (const displayName of new Set(SAME.map(([first]) => first))) {
    const { isError, text } = await rig.call("create_app", { displayName });
    expect(isError, text).toBe(false);
  }
});
afterAll(() => rig.close());

describe("a second app with a similar-looking name is not created", () => {
  it.each(REFUSED)("%j", async (displayName, what) => {
    rig.forget();
    const { text } = await rig.call("create_app", { displayName });
    expect(text).toMatch(/^\[invalid_arguments\] [\s\S]*- displayName: must be .*character 4/);
    expect(text).toContain(what);
    expect(rig.requests()).toEqual([]);
  });

  it.each(SAME)("%j and then %j", async (_first, displayName) => {
    rig.forget();
    const { text } = await rig.call("create_app", { displayName });
    expect(text).toMatch(/^\[already_exists\] /);
    expect(rig.writes()).toEqual([]);
  });
});

it("another process searches for the folded name, too", async ({ onTestFinished }) => {
  const { clientId, clientSecret, serverUrl } = rig.sandbox;
  const other = await createRig({
    serverUrl,
    credential: (_own, redactor) => ({
      kind: "client_credentials",
      clientId,
      clientSecret: secretFromValue(clientSecret, redactor),
    }),
  });
  onTestFinished(() => other.close());
  for (const name of ["\uff3a\uff45\uff44 \uff2f\uff4e\uff45", "ZED ONE", "Zoe\u0308 SIX"]) {
    const { text } = await other.call("create_app", { displayName: name });
    expect(text).toMatch(/^\[already_exists\] /);
  }
  const { isError, text } = await other.call("create_connector", {
    appId: "\u200bzed\u00a0\u00a0one",
    catalogId: "okta_v2",
    dryRun: true,
  });
  expect(isError, text).toBe(false);
});

it("a name is sent trimmed, and shown as it was sent", async () => {
  const { value } = await rig.call("create_app", { displayName: "  Seven of Zed\t" });
  expect(value.displayName).toBe("Seven of Zed");
  expect(rig.sandbox.state.apps.at(-1)?.displayName).toBe("Seven of Zed");
  expect(rig.audits.at(-1)?.targets).toEqual({ displayName: "Seven of Zed" });
});

it.each([
  ["create_app", { displayName: "Eight" }, "description"],
  ["create_app", { displayName: "Eight" }, "instructions"],
  ["create_connector", { appId: APPS.wiki.id, catalogId: "okta_v2" }, "description"],
])("%s: %j accepts line breaks in its %s, but nothing invisible", async (tool, args, field) => {
  const call = (text: string) => rig.call(tool, { ...args, [field]: text, dryRun: true });
  expect((await call("One\r\n\ttwo")).isError).toBe(false);
  for (const hidden of ["\u202e", "\u200b", "\u{e0041}", "\u3164", "\ufe0f", "\u0007"]) {
    expect((await call(`One\n${hidden}`)).text).toMatch(new RegExp(`- ${field}: must .*character 5 is`));
  }
});

it.each([
  ["create_app", { displayName: "Nine" }, "annotations"],
  ["create_connector", { appId: APPS.wiki.id, catalogId: "okta_v2" }, "config"],
])("%s: %j: __proto__ among its %s is refused by name", async (tool, args, field) => {
  rig.forget();
  const value: unknown = JSON.parse('{"__proto__": "x"}');
  const { text } = await rig.call(tool, { ...args, [field]: value });
  expect(text).toContain(`- ${field}.__proto__: is a key that no map may have`);
  expect(rig.requests()).toEqual([]);
});

it.each([
  "constructor",
  "toString",
  "hasOwnProperty",
  "valueOf",
])("config.%s is an ordinary key", async (key) => {
  const args = { appId: APPS.wiki.id, catalogId: "okta_v2", dryRun: true };
  const { text } = await rig.call("create_connector", { ...args, config: { [key]: "x" } });
  expect(text).toContain(`- config.${key}: is no field of`);
  // Nothing is known about a type that our table lacks if the tenant does not show its catalog.
  rig.sandbox.notFound("catalog.schema");
  const free = {
    ...args,
    catalogId: "2zzzzzzzzzzzzzzzzzzzzzzzzzz",
    config: { [key]: "x", map: { [key]: "y" } },
  };
  expect((await rig.call("create_connector", free)).text).toContain(`"${key}":{"stringValue":"***"}`);
  rig.sandbox.allowAll();
});
