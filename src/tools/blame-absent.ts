import { Failure } from "../errors.ts";

const UNKNOWN = "C1 shows nothing with this id";

/** Adds to a failure the arguments whose ids C1 does not know, if that can be the reason for it. */
export function blameAbsent(error: unknown, absent: readonly string[]): unknown {
  if (!(error instanceof Failure) || error.changed !== "no") return error;
  if (error.code !== "not_found" && error.code !== "rejected") return error;
  const fields = [...new Set(absent)];
  if (fields.length === 0) return error;
  const [only = ""] = fields;
  const lines = fields.map((field) => `\n- ${field}: ${UNKNOWN}`).join("");
  return error.with({
    what: fields.length === 1 ? `${only}: ${UNKNOWN}. ${error.message}` : `${error.message.trim()}${lines}\n`,
    next: `Give ${adviseOn(fields)} in place of the id.`,
  });
}

/** A person is never given by name. */
function adviseOn(fields: readonly string[]): string {
  const people = fields.filter((field) => /^(?:owners|user)/.test(field)).length;
  if (people === fields.length) return "the e-mail address";
  return people === 0 ? "the exact name" : "the exact name, or a person's e-mail address";
}
