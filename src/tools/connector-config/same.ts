import type { Connector } from "../../c1/port.ts";
import { isObject, type JsonObject } from "../../is-object.ts";
import { isSecretKey, type TypeSpec } from "./spec.ts";

/** Whether everything that C1 shows of a config matches what was sent. It shows no secrets, and possibly nothing. */
export function isShownAsSent({ configuration: sent }: JsonObject, { configShown }: Connector): boolean {
  const fields = isObject(sent) ? sent : {};
  return [...(configShown ?? [])].every(([key, value]) => textOf(fields[key]) === value);
}

/** Whether, in addition, C1 shows everything that was sent and is not secret. */
export function isSameConfig(envelope: JsonObject, spec: TypeSpec, connector: Connector): boolean {
  const { configuration: sent } = envelope;
  // What C1 shows of a message of another type is not known.
  if (!isObject(sent)) return false;
  const isShown = (key: string) =>
    !textOf(sent[key]) || connector.configShown?.has(key) === true || isSecretKey(key, spec);
  return isShownAsSent(envelope, connector) && Object.keys(sent).every(isShown);
}

function textOf(value: unknown): unknown {
  return isObject(value) ? value.stringValue : value;
}
