import { SECRET_NAME, SECRET_NAME_RULE } from "../../config/secret-names.ts";
import { isObject } from "../../json.ts";
import type { FieldSpec } from "./spec.ts";

/** Literal text, the name of a secret, or a secret that a person has to type. */
export type Part = { readonly text: string } | { readonly ref: string } | { readonly ask: true };

/** A value in C1's form, with its secrets not filled in yet. */
export type Draft =
  | { readonly kind: "text"; readonly part: Part; readonly isBool?: true }
  | { readonly kind: "map"; readonly items: readonly { readonly key: string; readonly part: Part }[] };

/** Says what is wrong with a value, without quoting it. */
export class BadValue extends Error {}

const LEAVE_OUT = "leave out what is not set";

type Encoder = (value: unknown, field: FieldSpec) => Draft;

const ENCODERS: Record<FieldSpec["kind"], Encoder> = {
  text: encodeText,
  bool: encodeBool,
  list: encodeList,
  map: encodeMap,
  other: () => {
    throw new BadValue("cannot be set by a config: C1 fills it in, or a person does in the console");
  },
  any: encodeAny,
};

/** In C1's envelope every value is text: booleans become "true" or "false", lists are joined with commas; only maps stay maps. */
export function encodeValue(value: unknown, field: FieldSpec): Draft {
  return ENCODERS[field.kind](openEnvelopeValue(value, field), field);
}

function encodeText(value: unknown, { options }: FieldSpec): Draft {
  if (standsForSecret(value)) return { kind: "text", part: readSource(value) };
  if (!isText(value)) throw new BadValue(`must be text, got ${nameKind(value)}`);
  const text = notEmpty(value);
  if (options && !options.includes(text)) {
    throw new BadValue(
      `must be one of ${options.slice(0, 12).join(", ")}${options.length > 12 ? ", …" : ""}`,
    );
  }
  return { kind: "text", part: { text } };
}

function encodeBool(value: unknown): Draft {
  if (value === true || value === false || value === "true" || value === "false") {
    return { kind: "text", part: { text: String(value) }, isBool: true };
  }
  throw new BadValue(`must be true or false, got ${nameKind(value)}`);
}

/** A text is a list that is already joined, or that has one entry. */
function encodeList(value: unknown): Draft {
  if (standsForSecret(value)) return { kind: "text", part: readSource(value) };
  const items = isText(value) ? notEmpty(value).split(",").map(trim) : value;
  if (!Array.isArray(items)) throw new BadValue(`must be a list of texts, got ${nameKind(value)}`);
  const texts = items.map((item) => {
    if (!isText(item)) throw new BadValue(`must be a list of texts, got ${nameKind(item)} in it`);
    return notEmpty(item);
  });
  if (texts.some((text) => text.includes(","))) {
    throw new BadValue("has an entry with a comma, which C1's lists cannot hold");
  }
  return { kind: "text", part: { text: notEmpty(texts.join(",")) } };
}

function encodeMap(value: unknown): Draft {
  if (!isObject(value)) throw new BadValue(`must be a map of texts, got ${nameKind(value)}`);
  if (standsForSecret(value)) {
    const own = "ask" in value ? "an ask" : "a secretRef";
    throw new BadValue(`is a map: give each secret in it ${own} of its own`);
  }
  const items = Object.entries(value).map(([key, item]) => {
    if (standsForSecret(item)) return { key, part: readSource(item) };
    if (!isText(item)) throw new BadValue(`must be a map of texts, got ${nameKind(item)} in it`);
    return { key, part: { text: notEmpty(item) } };
  });
  if (items.length === 0) throw new BadValue(`is empty; ${LEAVE_OUT}`);
  if (items.some(({ key }) => key === "")) throw new BadValue("has an entry without a name");
  return { kind: "map", items };
}

function encodeAny(value: unknown, field: FieldSpec): Draft {
  if (typeof value === "boolean") return encodeBool(value);
  if (Array.isArray(value)) return encodeList(value);
  return isObject(value) && !standsForSecret(value) ? encodeMap(value) : encodeText(value, field);
}

/** Unwraps values that are already in C1's own form. */
function openEnvelopeValue(value: unknown, { kind }: FieldSpec): unknown {
  if (!isObject(value) || Object.keys(value).length !== 1) return value;
  if (kind !== "map" && "stringValue" in value) return value.stringValue;
  const items = isObject(value.keyValues) ? value.keyValues.items : undefined;
  if (!Array.isArray(items)) return value;
  return Object.fromEntries(
    items.map((item: unknown) => {
      if (!isObject(item) || typeof item.key !== "string") {
        throw new BadValue('its keyValues must hold items of {"key", "value"}');
      }
      return [item.key, item.value];
    }),
  );
}

/** Whether a value says where to get a secret. */
function standsForSecret(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && ("secretRef" in value || "ask" in value);
}

function readSource(value: Readonly<Record<string, unknown>>): Part {
  if (!("ask" in value)) return readRef(value);
  if (value.ask !== true) throw new BadValue("its ask must be true");
  if (Object.keys(value).length > 1) throw new BadValue("has something beside its ask");
  return { ask: true };
}

function readRef(value: Readonly<Record<string, unknown>>): Part {
  const { secretRef: ref, ...rest } = value;
  if (Object.keys(rest).length > 0) throw new BadValue("has something beside its secretRef");
  if (typeof ref === "string" && SECRET_NAME.test(ref)) return { ref };
  throw new BadValue(`its secretRef must be the name of a secret: ${SECRET_NAME_RULE}`);
}

/** C1 reads an empty text as "erase this field". */
function notEmpty(value: string | number): string {
  const text = String(value);
  if (text.trim() === "") throw new BadValue(`is empty; ${LEAVE_OUT}`);
  return text;
}

function trim(text: string): string {
  return text.trim();
}

/** A longer number has lost digits on its way here. */
function isText(value: unknown): value is string | number {
  return (
    typeof value === "string" || (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER)
  );
}

function nameKind(value: unknown): string {
  if (value === null || value === undefined) return `nothing; ${LEAVE_OUT}`;
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a map";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "text";
}
