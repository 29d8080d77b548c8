import { describe, expect, it } from "vitest";
import { readError } from "../../../eval/agent/read-error.ts";
import { mendArguments } from "../../../eval/agent/rules.ts";
import { findSaid, hasSaid, listSaid } from "../../../eval/agent/words.ts";
import type { ToolListing } from "../../../src/tools/listing.ts";

const tool = {
  name: "add_thing",
  inputSchema: {
    properties: {
      appId: { type: "string", description: "Id or exact name" },
      userRefId: { type: "string", description: "User id or e-mail" },
      kind: { type: "string", enum: ["a_fast", "a_slow"] },
      count: { type: "integer" },
      tags: { type: "array" },
    },
  },
} as unknown as ToolListing;

const words = 'Add sam@acme.example to the app "Acme Wiki" of type "Zoom".';

const wrong = (...lines: string[]) =>
  `[invalid_arguments] add_thing was called with wrong arguments:\n${lines.map((line) => `- ${line}`).join("\n")}\nNothing was changed. Correct these and call again.`;

/** The arguments of the agent's next call; undefined if it does not know how to correct one. */
function mend(args: Record<string, unknown>, text: string) {
  const mended = mendArguments({ args, error: readError(text), tool, words });
  return mended.left.length > 0 ? undefined : mended.args;
}

describe("the literal agent", () => {
  const ID = "2lGIUK2jAaY37lX5PrBngg9KGoo";

  it.each<[string, object, string, object | undefined]>([
    [
      "a hint at a key",
      { app_id: "x" },
      wrong("appId: is required", "app_id: unknown argument; did you mean appId?"),
      { appId: "x" },
    ],
    [
      "a hint at a value",
      { appId: "x", kind: "fast" },
      wrong("kind: is wrong; did you mean a_fast?"),
      { appId: "x", kind: "a_fast" },
    ],
    [
      "what it is to give",
      { appId: "x" },
      wrong('appId: is a secret; give {"secretRef": "X"}'),
      { appId: { secretRef: "X" } },
    ],
    [
      "nested arguments",
      { input: { appId: "x" } },
      wrong("appId: is required", "input: unknown argument"),
      { appId: "x" },
    ],
    [
      "one unknown for one missing",
      { app: "x" },
      wrong("appId: is required", "app: unknown argument"),
      { appId: "x" },
    ],
    [
      "what can go",
      { appId: "x", sure: true },
      wrong("sure: unknown argument; leave it out"),
      { appId: "x" },
    ],
    [
      "nothing that nobody says can go",
      { appId: "x", sure: true },
      wrong("sure: unknown argument"),
      undefined,
    ],
    ["what the person said", {}, wrong("appId: is required"), { appId: "Acme Wiki" }],
    [
      "an address where one is wanted",
      { appId: "x" },
      wrong("userRefId: is required"),
      { appId: "x", userRefId: "sam@acme.example" },
    ],
    ["a type", { count: "5" }, wrong("count: must be a number, got string"), { count: 5 }],
    [
      "no type that changes the meaning",
      { count: "five" },
      wrong("count: must be a number, got string"),
      undefined,
    ],
    ["a list", { tags: "x" }, wrong("tags: must be an array, got string"), { tags: ["x"] }],
    ["an option", { kind: "SLOW" }, wrong("kind: must be one of a_fast, a_slow"), { kind: "a_slow" }],
    [
      "a candidate",
      { appId: "Acme Wikki" },
      `[not_found] appId: no app is named "Acme Wikki". Nothing was changed. Close: "Acme Wiki, pages" [${ID}]. Ask which one is meant.`,
      { appId: ID },
    ],
    [
      "a candidate with what is known of it",
      { appId: "Acme Wikki" },
      `[not_found] appId: no app is named "Acme Wikki". Nothing was changed. Close: "Acme HR" ("people"), created 2026-01-01T00:00:00Z [${ID.replace("o", "p")}]; "Acme Wiki" ("pages"), created 2026-01-01T00:00:00Z [${ID}]. Ask which one is meant.`,
      { appId: ID },
    ],
    [
      "one of all that there are",
      { appId: "Wikki" },
      `[not_found] appId: the thing has no app named "Wikki". Nothing was changed. The thing has: "Acme Wiki", failed [${ID}]. Ask which one is meant.`,
      { appId: ID },
    ],
    [
      "no older version, but says again what the person said",
      { appId: "Acme Wikki" },
      `[not_found] appId: no app is named "Acme Wikki". Nothing was changed. Close: "Acme Wiki v2 (wiki_v2)", newer version [${ID.replace("o", "p")}]; "Acme Wiki (wiki)", older version [${ID}]. Ask which one is meant.`,
      { appId: "Acme Wiki" },
    ],
    [
      "no candidate that was not named",
      { appId: "Acme" },
      `[not_found] appId: no app is named "Acme". Nothing was changed. Close: "Acme HR" [${ID}]. Ask which one is meant.`,
      undefined,
    ],
    [
      "what may be left out",
      { appId: "x", kind: "a_fast" },
      "[invalid_arguments] kind: not now. Nothing was changed. Leave kind out.",
      { appId: "x" },
    ],
  ])("follows %s", (_what, args, text, mended) => {
    expect(mend({ ...args }, text)).toEqual(mended);
  });

  it("knows what the person said, and in which words", () => {
    expect(listSaid(words).map(({ text }) => text)).toEqual(["sam@acme.example", "Acme Wiki", "Zoom"]);
    expect(findSaid(words, { nouns: "appId", wantsEmail: false }, [])).toBe("Acme Wiki");
    expect(findSaid(words, { nouns: "connectorId", wantsEmail: false }, [])).toBeUndefined();
    expect(findSaid(words, { nouns: "connectorId", wantsEmail: false }, ["Zoom"])).toBe("Acme Wiki");
    expect(hasSaid(words, "acme wiki")).toBe(true);
    expect(hasSaid(words, "Acme W")).toBe(false);
  });
});
