import { isObject } from "../is-object.ts";
import type { Fields } from "./read-line.ts";

/** What a write of which no outcome was recorded is found by. */
export const NOT_RECORDED = "not_recorded";

/** Which records are wanted; all of what is given must fit. */
export interface Filter {
  /** A principal, subject or e-mail address, in any case of letters. */
  readonly person?: string;
  readonly tool?: string;
  /** `ok`, the code of a failure, or `not_recorded`. */
  readonly outcome?: string;
  /** Not before and not after, in milliseconds since the Unix epoch. */
  readonly since?: number;
  readonly until?: number;
}

/** Whether a record is wanted. An intent counts as an attempt without an outcome. */
export function isWanted(fields: Fields, { person, tool, outcome, since, until }: Filter): boolean {
  const time = Date.parse(String(fields.time));
  const found = fields.record === "intent" ? NOT_RECORDED : fields.outcome;
  return (
    (person === undefined || isPerson(fields, person.toLowerCase())) &&
    (tool === undefined || fields.tool === tool) &&
    (outcome === undefined || found === outcome) &&
    (since === undefined || time >= since) &&
    (until === undefined || time <= until)
  );
}

/** Also without the `user:` or `client:` before a subject. */
function isPerson({ principal, caller }: Fields, person: string): boolean {
  const { subject, email } = isObject(caller) ? caller : {};
  return [principal, subject, email].some((name) => {
    const known = String(name ?? "").toLowerCase();
    return known === person || known.replace(/^(?:user|client):/, "") === person;
  });
}
