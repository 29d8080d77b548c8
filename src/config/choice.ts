import { z } from "zod/v3";

/** A setting with a fixed set of values, in any case and with blanks around them: people type them into forms, too. */
export function choice<const Values extends readonly [string, string, ...string[]]>(
  values: Values,
  message: string,
) {
  return z.preprocess(foldChoice, z.enum(values, { errorMap: () => ({ message }) }));
}

/** A value as it is compared with those of a fixed set. */
export function foldChoice(value: unknown): unknown {
  return typeof value === "string" ? value.trim().toLowerCase() : value;
}
