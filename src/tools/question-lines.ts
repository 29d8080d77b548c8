import type { Json, JsonObject } from "../c1/port.ts";
import { MAX_FOREIGN_TEXT } from "../text.ts";
import type { Named } from "./define.ts";
import { quote } from "./quote.ts";

/** The same in every request that has it; it only affects what the response shows. */
const OUR_CONSTANT = "expandMask";

/** A key that can be part of a path without quotes. */
const PLAIN_KEY = /^[A-Za-z_]\w*$/;

/** What is known about a value, in brackets after it; "" for a value that is not an id. */
export type Explain = (value: string) => string;

/** A line for each value of a body, so that none can be omitted: `owners[0]: "2blq…" (name "Jane Doe")`. */
export function listBody(body: JsonObject, explain: Explain): string[] {
  return Object.entries(body).flatMap(([key, value]) =>
    key === OUR_CONSTANT ? [] : listValue(key, value, explain),
  );
}

function listValue(at: string, value: Json, explain: Explain): string[] {
  if (typeof value === "string") return [`${at}: ${quote(value)}${explain(value)}`];
  if (typeof value !== "object" || value === null) return [`${at}: ${value}`];
  const items = Array.isArray(value)
    ? value.map((item, index) => [`${at}[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [at + stepTo(key), item] as const);
  if (items.length === 0) return [`${at}: ${JSON.stringify(value)}`];
  return items.flatMap(([place, item]) => listValue(place, item, explain));
}

/** Quoted unless plain: callers choose the keys of some maps, and must not be able to forge lines with them. */
function stepTo(key: string): string {
  return PLAIN_KEY.test(key) ? `.${key}` : `[${quote(key)}]`;
}

/** @param hide masks secrets, which a tenant could repeat in its names. */
export function explainWith(named: readonly Named[], hide: (text: string) => string): Explain {
  const byId = new Map(named.map((one) => [one.id, one]));
  const show = (text: string) => quote(shorten(hide(text)));
  return (value) => {
    const one = byId.get(value);
    if (!one) return "";
    const parts = [
      one.name === undefined ? "name not known" : `name ${show(one.name)}`,
      ...(one.email === undefined ? [] : [`e-mail ${show(one.email)}`]),
      ...(one.note === undefined ? [] : [one.note]),
    ];
    return ` (${parts.join(", ")})`;
  };
}

/** A tenant's names must not decide whether a question is short enough to be asked. */
function shorten(text: string): string {
  const characters = Array.from(text.slice(0, MAX_FOREIGN_TEXT * 2 + 1));
  return characters.length > MAX_FOREIGN_TEXT
    ? `${characters.slice(0, MAX_FOREIGN_TEXT - 1).join("")}…`
    : text;
}
