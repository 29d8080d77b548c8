import { z } from "zod/v3";

/** A setting with a fixed set of values. Case and surrounding blanks are ignored, because people also type them into forms. */
export function choice<const Values extends readonly [string, string, ...string[]]>(
  values: Values,
  message: string,
) {
  return z.preprocess(foldChoice, z.enum(values, { errorMap: () => ({ message }) }));
}

/** Normalises a value for comparison with a fixed set. */
function foldChoice(value: unknown): unknown {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}
