import type { Json, JsonObject } from "../json.ts";
import { MAX_FOREIGN_TEXT } from "../text.ts";
import type { Named } from "./named.ts";
import { quote } from "./quote.ts";

/** The same in every request that has it; it only affects what the response shows. */
const OUR_CONSTANT = "expandMask";

/** A key that can be part of a path without quotes. */
const PLAIN_KEY = /^[A-Za-z_]\w*$/;

/** The way to a value in a body: keys, and positions in arrays. */
export type Path = readonly (string | number)[];

/** What is known about an id, each part quoted where it is the tenant's. */
export interface Explained {
  /** Absent if it could not be read. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly note?: string | undefined;
}

/** What is known about a value; undefined for one that is not an id. */
export type Explain = (value: string) => Explained | undefined;

/** A value in which nothing is hidden: quoted if it is a text. */
interface Shown {
  readonly value: string;
  readonly explained?: Explained | undefined;
}

/** A line of a question, in parts, because the page says some of them in other words. */
export type QuestionLine =
  | { readonly kind: "sentence"; readonly text: string }
  /** Of ours, or an argument. */
  | ({ readonly kind: "fact"; readonly name: string } & Shown)
  /** Of the request's body. */
  | ({ readonly kind: "body"; readonly path: Path } & Shown)
  | ({ readonly kind: "change" } & Change);

/** What a write changes in a field. */
export interface Change {
  /** Without quotes, but escaped like a quoted text. */
  readonly key: string;
  /** The new value, after the old one if there is one. */
  readonly value: string;
}

/** The line as a question over the protocol has it: `owners[0]: "2blq…" (name "Jane Doe")`. */
export function formatLine(line: QuestionLine): string {
  if (line.kind === "sentence") return line.text;
  if (line.kind === "change") return `change: ${formatChange(line)}`;
  return `${line.kind === "fact" ? line.name : formatPath(line.path)}: ${formatValue(line)}`;
}

export function formatChange({ key, value }: Change): string {
  return `${key}: ${value}`;
}

/** The value, with what is known about it in brackets after it. */
export function formatValue({ value, explained }: Shown): string {
  if (!explained) return value;
  const { name, email, note } = explained;
  const parts = [name === undefined ? "name not known" : `name ${name}`, email && `e-mail ${email}`, note];
  return `${value} (${parts.filter(Boolean).join(", ")})`;
}

/** Keys are quoted unless plain: callers choose those of some maps, and must not be able to forge lines with them. */
export function formatPath([first = "", ...steps]: Path): string {
  return `${first}${steps.map(formatStep).join("")}`;
}

export function formatStep(step: string | number): string {
  if (typeof step === "number") return `[${step}]`;
  return PLAIN_KEY.test(step) ? `.${step}` : `[${quote(step)}]`;
}

/** A line for each value of a body, so that none can be omitted. */
export function listBody(body: JsonObject, explain: Explain): QuestionLine[] {
  return Object.entries(body).flatMap(([key, value]) =>
    key === OUR_CONSTANT ? [] : listValue([key], value, explain),
  );
}

function listValue(path: Path, value: Json, explain: Explain): QuestionLine[] {
  if (typeof value === "string")
    return [{ kind: "body", path, value: quote(value), explained: explain(value) }];
  if (typeof value !== "object" || value === null) return [{ kind: "body", path, value: String(value) }];
  const items = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (items.length === 0) return [{ kind: "body", path, value: JSON.stringify(value) }];
  return items.flatMap(([step, item]) => listValue([...path, step], item, explain));
}

/** @param hide masks secrets, which a tenant could repeat in its names. */
export function explainWith(named: readonly Named[], hide: (text: string) => string): Explain {
  const byId = new Map(named.map((one) => [one.id, one]));
  const show = (text: string | undefined) => (text === undefined ? undefined : quote(shorten(hide(text))));
  return (value) => {
    const one = byId.get(value);
    return one && { name: show(one.name), email: show(one.email), note: one.note };
  };
}

/** A tenant's names must not decide whether a question is short enough to be asked. */
function shorten(text: string): string {
  const characters = Array.from(text.slice(0, MAX_FOREIGN_TEXT * 2 + 1));
  return characters.length > MAX_FOREIGN_TEXT
    ? `${characters.slice(0, MAX_FOREIGN_TEXT - 1).join("")}…`
    : text;
}
