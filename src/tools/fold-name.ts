import { flattenText } from "../text.ts";

/**
 * The form in which two names are compared: equal where they differ in case, in width or another compatible form of a
 * letter, in how an accent is encoded, in blanks or in characters that do not show.
 *
 * Case is folded in full: "Straße" is "STRASSE", and the two small sigmas are one. The dotted and the dotless i are one
 * letter here, because the same name has the one or the other depending on the keyboard it was written with.
 */
export function foldName(name: string): string {
  // Compatible forms first: some of them are a blank and a mark. Again at the end: a change of case takes letters apart,
  // and what did not show can have stood between a letter and its accent.
  const flat = flattenText(name.normalize("NFKC"));
  // Down, up, down: ß has two letters only as a capital, and the capital ẞ has to become small first. The capital of the
  // dotless i is I; that of the dotted one keeps its dot, as a mark of its own.
  const folded = flat.toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");
  return folded.replaceAll("i\u0307", "i");
}
