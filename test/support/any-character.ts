import fc from "fast-check";

const SURROGATES = 0x800;
const FIRST_SURROGATE = 0xd800;

/**
 * Any character except half of a surrogate pair, for `unit` and `stringUnit`. Equivalent to fast-check's own "binary", which
 * first builds a table of all million characters: a second of computing in every process.
 */
export const ANY_CHARACTER: fc.Arbitrary<string> = fc
  .nat({ max: 0x10ffff - SURROGATES })
  .map((index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES), indexOf);

/** Lets a text that was not generated be shrunk, and generates texts that are dangerous as property names. */
function indexOf(value: unknown): number {
  const [character, ...more] = typeof value === "string" ? value : "";
  const code = character?.codePointAt(0);
  if (code === undefined || more.length > 0 || !character?.isWellFormed())
    throw new Error("not one character");
  return code < FIRST_SURROGATE ? code : code - SURROGATES;
}
