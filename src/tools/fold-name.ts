import { flattenText } from "../text.ts";

/**
 * The form in which names are compared: equal if they differ only in case, in width or another compatible form of a letter, in
 * how an accent is encoded, in blanks or in invisible characters.
 *
 * Case is folded fully: "Straße" equals "STRASSE", and both small sigmas are equal. The dotted and the dotless i are the same
 * letter here, because either can result for the same name, depending on the keyboard.
 */
export function foldName(name: string): string {
  // Compatible forms first, because some of them are a blank and a mark. Again at the end, because case changes can decompose
  // letters, and a removed invisible character can have separated a letter from its accent.
  const flat = flattenText(name.normalize("NFKC"));
  // Lower, upper, lower: ß becomes two letters only in upper case, and the capital ẞ has to be lowered first. The capital of the
  // dotless i is I; that of the dotted one keeps its dot as a separate mark.
  const folded = flat.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
  return folded.replaceAll("i\u0307", "i");
}
