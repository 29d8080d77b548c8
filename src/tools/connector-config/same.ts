import type { Connector } from "../../c1/port.ts";
import { isObject, type JsonObject } from "../../json.ts";
import { quoteForeign } from "../../text.ts";
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

/** Few enough for a sentence. */
const MAX_NAMED = 10;

/** What stands where C1 does not show a value. */
const MASKED = /[*\u2022\u25cf]{3,}/;

/**
 * The end of a sentence, if C1 shows a config that is not the one that was sent: names the fields, without their values. Says
 * nothing of secrets, of what C1 masks, and of fields that C1 shows unasked, such as defaults.
 * @param unset fields that were to be unset, with the values that they had.
 */
export function tellOthers(
  { configuration: sent }: JsonObject,
  spec: TypeSpec,
  { configShown }: Connector,
  unset: ReadonlyMap<string, string> = new Map(),
): string {
  if (!isObject(sent)) return "";
  const kinds = new Map<string, string>(spec.fields.map(({ key, kind }) => [key, kind]));
  const others = [...(configShown ?? [])].filter(([key, shown]) => {
    if (isSecretKey(key, spec) || MASKED.test(shown)) return false;
    const given = textOf(sent[key]);
    if (typeof given !== "string") return unset.get(key) === shown && shown !== "false";
    return foldValue(given, kinds.get(key)) !== foldValue(shown, kinds.get(key));
  });
  const named = others.slice(0, MAX_NAMED).map(([key]) => quoteForeign(key, 60));
  return named.length > 0 ? `; C1 shows other values than were sent for: ${named.join(", ")}` : "";
}

/** C1 may write a value in its own way. */
function foldValue(value: string, kind = "any"): string {
  const text = value.replace(/\r\n/g, "\n").trim();
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase();
  if (kind !== "list" && kind !== "any") return text;
  return text
    .split(",")
    .map((item) => item.trim())
    .sort()
    .join();
}

function textOf(value: unknown): unknown {
  return isObject(value) ? value.stringValue : value;
}
