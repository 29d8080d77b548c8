import type { Connector, JsonObject } from "../../c1/port.ts";
import { isObject } from "./encode.ts";

/** Whether all that C1 shows of a config is what was sent. It shows no secrets, and perhaps nothing. */
export function isSameConfig(envelope: JsonObject, { configShown }: Connector): boolean {
  const sent = isObject(envelope.configuration) ? envelope.configuration : {};
  return [...(configShown ?? [])].every(([key, value]) => textOf(sent[key]) === value);
}

function textOf(value: unknown): unknown {
  return isObject(value) ? value.stringValue : value;
}
