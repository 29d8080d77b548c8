import { ID } from "../c1-id.ts";
import type { Redactor } from "./redact.ts";

/**
 * Established by this server itself, and never secrets. If they were masked by value, whoever may type a secret on the page could
 * choose what the records hide.
 */
const OWN: ReadonlySet<string> = new Set(["time", "principal", "caller", "credential"]);

type Mask = Pick<Redactor, "redactValue">;

/** Masks secrets in an audit record, but not in what says who did it, when, and to which objects. */
export function redactRecord<T extends object>(record: T, redactor: Mask): T {
  const entries = Object.entries(record).map(([key, value]: [string, unknown]) => {
    if (OWN.has(key)) return { [key]: value };
    return key === "targets" || key === "made"
      ? { [key]: redactTargets(value, redactor) }
      : redactor.redactValue({ [key]: value });
  });
  return Object.assign({}, ...entries) as T;
}

function redactTargets(value: unknown, redactor: Mask): unknown {
  if (typeof value === "string" && ID.test(value)) return value;
  if (Array.isArray(value)) return value.map((item) => redactTargets(item, redactor));
  if (typeof value !== "object" || value === null) return redactor.redactValue(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactTargets(item, redactor)]));
}
