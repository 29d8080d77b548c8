import { isTooShort, TOO_SHORT } from "../../config/secret-file.ts";
import { SECRET_NAME } from "../../config/secret-names.ts";
import { findByWords } from "../../find-by-words.ts";
import { isObject } from "../../json.ts";
import { formatHint, nearestName } from "../../nearest.ts";
import { BadValue, type Draft, encodeValue } from "./encode.ts";
import { chooseGroup } from "./groups.ts";
import { type FieldSpec, GROUP_KEY, type GroupSpec, SECRET_KEY, type TypeSpec } from "./spec.ts";
import { formatNow } from "./whole.ts";

/** A problem with one key, in words that quote no value. */
export interface KeyProblem {
  readonly key: string;
  readonly message: string;
  /** The key under which a literal secret was given; anything else is an ordinary wrong argument. */
  readonly literal?: string;
  /** A possible secret name that was given in another form than a reference. */
  readonly meant?: string;
  /** A secret is missing. */
  readonly lacksSecret?: boolean;
}

export interface Checked {
  readonly drafts: ReadonlyMap<string, Draft>;
  readonly group: GroupSpec | undefined;
  /** Keys that our table lacks, if the tenant's own description could not be read. */
  readonly unknownKeys: readonly string[];
  readonly problems: readonly KeyProblem[];
}

/**
 * Checks a plain map of keys and values against what is known of the type. Reads and sends nothing.
 * @param options with what C1 shows of the current config, if there is one.
 */
export function checkConfig(
  config: Readonly<Record<string, unknown>>,
  spec: TypeSpec,
  options: { inlineSecrets: boolean; current?: ReadonlyMap<string, string> | undefined },
): Checked {
  const drafts = new Map<string, Draft>();
  const unknownKeys: string[] = [];
  const problems: KeyProblem[] = [];
  const fields = new Map(spec.fields.map((field) => [field.key, field]));
  // A type without groups does not have this key.
  const isGrouped = spec.groups.length > 0;
  const entries = Object.entries(config).filter(([key]) => !(isGrouped && key === GROUP_KEY));
  const keys = entries.map(([key]) => key);
  const choice = chooseGroup(spec, keys, isGrouped ? openText(config[GROUP_KEY]) : undefined);
  const group = "group" in choice ? choice.group : undefined;

  for (const [key, value] of entries) {
    const field = fields.get(key);
    if (!field && spec.source !== "none") unknownKeys.push(key);
    const problem =
      (field ? undefined : refuseUnknown(key, spec)) ??
      refuseForeign(field, group) ??
      take(key, value, field);
    if (problem) problems.push({ key, ...problem, ...meantBy(value) });
  }
  if ("problem" in choice) problems.push({ key: choice.key, message: choice.problem });
  problems.push(...missing(spec, group, keys).map((field) => reportMissing(field, options.current)));
  return { drafts, group, unknownKeys, problems };

  function take(
    key: string,
    value: unknown,
    field: FieldSpec = guessField(key),
  ): Omit<KeyProblem, "key"> | undefined {
    try {
      const draft = encodeValue(value, field);
      drafts.set(key, draft);
      return judgeSecrets(draft, field, spec, options);
    } catch (error) {
      if (error instanceof BadValue) return { message: error.message };
      throw error;
    }
  }
}

function judgeSecrets(
  draft: Draft,
  field: FieldSpec,
  spec: TypeSpec,
  { inlineSecrets }: { inlineSecrets: boolean },
): Omit<KeyProblem, "key"> | undefined {
  const parts =
    draft.kind === "text"
      ? [{ key: field.key, part: draft.part, secret: field.secret && !draft.isBool }]
      : draft.items.map(({ key, part }) => ({ key, part, secret: field.secret || SECRET_KEY.test(key) }));
  const literal = parts.find(({ part, secret }) => secret && "text" in part);
  const isShort = parts.some(({ part, secret }) => secret && "text" in part && isTooShort(part.text));
  if (literal && !inlineSecrets) {
    return { message: "is a secret and must not be written out", literal: literal.key };
  }
  if (isShort) return { message: `is a secret and ${TOO_SHORT}` };
  if (spec.source !== "none" && parts.some(({ part, secret }) => !secret && !("text" in part))) {
    return { message: "is no secret field, so C1 would show the secret; write its value out" };
  }
  return undefined;
}

/** Default name of a secret: the key in upper snake case. */
export function conventionalName(key: string): string {
  const name = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^[^A-Z]+|_+$/g, "")
    .slice(0, 128);
  return name === "" ? "NAME" : name;
}

/** Our table can be out of date, so only the tenant's own description proves a key wrong. */
function refuseUnknown(key: string, spec: TypeSpec): Omit<KeyProblem, "key"> | undefined {
  if (key === "") return { message: "a key is empty" };
  if (spec.source !== "live") return undefined;
  const keys = spec.fields.map((field) => field.key);
  const near = nearestName(key, keys) ?? findByWords(key, keys);
  return { message: `is no field of ${spec.label}${formatHint(near)}` };
}

function refuseForeign(
  field: FieldSpec | undefined,
  group: GroupSpec | undefined,
): Omit<KeyProblem, "key"> | undefined {
  if (!field || !group || field.groups.length === 0 || field.groups.includes(group.name)) return undefined;
  return { message: `belongs to ${field.groups.join(" and ")}, not to ${group.name}` };
}

function missing(spec: TypeSpec, group: GroupSpec | undefined, given: readonly string[]): FieldSpec[] {
  return spec.fields.filter(
    ({ key, kind, required, groups }) =>
      required &&
      kind !== "bool" &&
      kind !== "other" &&
      !given.includes(key) &&
      (groups.length === 0 || (group !== undefined && groups.includes(group.name))),
  );
}

function reportMissing(
  { key, secret }: FieldSpec,
  current: ReadonlyMap<string, string> | undefined,
): KeyProblem {
  if (secret) return { key, message: "is required", lacksSecret: true };
  const now = current?.get(key);
  return { key, message: `is required${now === undefined ? "" : `; ${formatNow(now)}`}` };
}

function guessField(key: string): FieldSpec {
  return { key, kind: "any", secret: SECRET_KEY.test(key), required: false, groups: [] };
}

/** Unwraps plain text that was given in C1's own form. */
function openText(value: unknown): unknown {
  return isObject(value) && "stringValue" in value ? value.stringValue : value;
}

/** The name in "NAME", "${NAME}" and {"secret_ref": "NAME"}. The caller must check whether such a secret exists. */
function meantBy(value: unknown): Pick<KeyProblem, "meant"> {
  if (isObject(value)) {
    const parts = Object.values(value);
    return parts.length === 1 ? meantBy(parts[0]) : {};
  }
  if (typeof value !== "string") return {};
  const name = value.replace(/^\$\{?|\}$/g, "");
  return SECRET_NAME.test(name) ? { meant: name } : {};
}
