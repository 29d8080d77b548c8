import fc from "fast-check";

const SURROGATES = 0x800;
const FIRST_SURROGATE = 0xd800;

/**
 * Any character but half of a surrogate pair, for `unit` and `stringUnit`. The same as fast-check's own "binary", which makes
 * a table of all million of them first: a second of computing in every process.
 */
export const ANY_CHARACTER: fc.Arbitrary<string> = fc
  .nat({ max: 0x10ffff - SURROGATES })
  .map((index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES), indexOf);

/** By this a text that was not generated can be made smaller, and texts that are dangerous to objects are generated. */
function indexOf(value: unknown): number {
  const [character, ...more] = typeof value === "string" ? value : "";
  const code = character?.codePointAt(0);
  if (code === undefined || more.length > 0 || !character?.isWellFormed())
    throw new Error("not one character");
  return code < FIRST_SURROGATE ? code : code - SURROGATES;
}
