import { expect, it } from "vitest";
import type { AskedField } from "../../../src/tools/asked-field.ts";
import { judgeTyped } from "../../../src/tools/connector-config/asked.ts";

const LINE: AskedField = { at: "api_token", label: "API token", hasLines: false };
const KEY: AskedField = { at: "private_key", label: "Private key", hasLines: true };
const CHOICE: AskedField = { ...LINE, options: ["alphabetic", "numerical"] };

it.each<[string, AskedField, RegExp | undefined]>([
  ["00-a-good-token", LINE, undefined],
  ["with a blank in it", LINE, undefined],
  ["pässwörter sind lang", LINE, undefined],
  ["-----BEGIN KEY-----\nabc\tdef\n-----END KEY-----", KEY, undefined],
  ["numerical", CHOICE, undefined],
  ["", LINE, /empty/],
  ["\u00a0\t", LINE, /empty/],
  [" leading-blank", LINE, /^begins with a space: paste it again, then delete its first character$/],
  ["trailing-tab\t", LINE, /^ends with a space: paste it again, then delete its last character$/],
  ["three of them\u00a0 \t", LINE, /^ends with a space: paste it again, then delete its last 3 characters$/],
  [
    "  on both sides\r\n",
    LINE,
    /^begins and ends with a space: .*, then delete its first 2 characters and its last 2 characters$/,
  ],
  ["\n-----BEGIN KEY-----", KEY, /a space or an empty line at the beginning or end/],
  ["line\nbreak-here", LINE, /does not show/],
  ["zero\u200bwidth-here", LINE, /does not show/],
  ["nul\u0000here-too", KEY, /does not show/],
  ["half \ud83d surrogate", LINE, /does not show/],
  ["seven77", LINE, /^is too short: at least 8 characters are needed$/],
  ["neither of them", CHOICE, /must be one of alphabetic, numerical/],
  ["x".repeat(32_001), LINE, /more than 32000/],
])("%j in %o", (value, field, words) => {
  const fault = judgeTyped(value, field);
  if (words === undefined) expect(fault).toBeUndefined();
  else expect(fault).toMatch(words);
});
