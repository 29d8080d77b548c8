import { isObject } from "../json.ts";
import type { RecordFields } from "./read-line.ts";
import { showField } from "./show-field.ts";

/** The outcome by which to find writes without a recorded outcome. */
export const NOT_RECORDED = "not_recorded";

/** Selects records; all given conditions must match. */
export interface Filter {
  /** A principal, subject or e-mail address; case-insensitive. */
  readonly person?: string;
  readonly tool?: string;
  /** `ok`, the code of a failure, or `not_recorded`. */
  readonly outcome?: string;
  /** Inclusive bounds, in milliseconds since the Unix epoch. */
  readonly since?: number;
  readonly until?: number;
}

/** Whether a record matches. An intent counts as an attempt without an outcome. */
export function isWanted(fields: RecordFields, { person, tool, outcome, since, until }: Filter): boolean {
  const time = Date.parse(showField(fields.time));
  const found = fields.record === "intent" ? NOT_RECORDED : fields.outcome;
  return (
    (person === undefined || isPerson(fields, person.toLowerCase())) &&
    (tool === undefined || fields.tool === tool) &&
    (outcome === undefined || found === outcome) &&
    (since === undefined || time >= since) &&
    (until === undefined || time <= until)
  );
}

/** Also matches a subject without its `user:` or `client:` prefix. */
function isPerson({ principal, caller }: RecordFields, person: string): boolean {
  const { subject, email } = isObject(caller) ? caller : {};
  return [principal, subject, email].some((name) => {
    const known = showField(name).toLowerCase();
    return known === person || known.replace(/^(?:user|client):/, "") === person;
  });
}
