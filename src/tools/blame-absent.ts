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
    next: `${adviseOn(fields)}.`,
  });
}

/** Notes that C1 does not know the id in an argument. */
export function noteAbsent(field: string): string {
  return `${field}: C1 shows ${isPerson(field) ? "nobody" : "nothing"} with this id`;
}

/** What to do about the arguments whose ids C1 does not know. */
export function adviseOn(fields: readonly string[]): string {
  const people = fields.filter(isPerson).length;
  if (people === fields.length) return "Give the e-mail address in place of the id";
  return `Give the exact name${people === 0 ? "" : ", or a person's e-mail address,"} in place of the id`;
}

/** A person is never given by name. */
function isPerson(field: string): boolean {
  return /^(?:owners|user)/.test(field);
}
