import fc from "fast-check";
import { APPS, CONNECTORS, PEOPLE } from "../../src/sandbox/seed.ts";
import type { Tool } from "../../src/tools/define.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import { ANY_CHARACTER } from "../support/any-character.ts";

/** Lists or maps nested to the given depth. */
function nested(depth: number, open: string, close: string): unknown {
  return JSON.parse(open.repeat(depth) + close.repeat(depth));
}

/** Values that are known to break servers. */
const NASTY: readonly unknown[] = [
  JSON.parse('{"__proto__":{"dryRun":false,"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":null}'),
  nested(2_000, "[", "]"),
  nested(50_000, "[", "]"),
  JSON.parse(`${'{"config":'.repeat(20_000)}1${"}".repeat(20_000)}`),
  Array.from({ length: 5_000 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`key${index}`, index])),
  "x".repeat(200_000),
  "\u0000",
  "\ud800",
  "\u202e\u200b\ufeff",
  "\u001b[31mred\u001b[0m",
  "../../etc/passwd",
  "%2e%2e%2f",
  "a@b@c",
  "$(id)",
  "' OR 1=1 --",
  "NaN",
  "",
  " ",
  -0,
  1e308,
  2 ** 53,
  -1,
  0.1,
  null,
  true,
  [],
  {},
];

/** Values that are valid for some argument. */
const GOOD: readonly unknown[] = [
  APPS.wiki.id,
  APPS.wiki.displayName,
  CONNECTORS.github.id,
  PEOPLE.janeDoe.id,
  "jane.doe@acme.example",
  "okta",
  "primary",
  "reuse",
  [PEOPLE.samLee.id],
  { okta_v2_domain: "acme.okta.example" },
  { okta_v2_api_token: { secretRef: "OKTA" } },
  0,
  5,
  false,
];

const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY).map((value) => ({ okta_v2_domain: value })) },
  { weight: 4, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4, stringUnit: ANY_CHARACTER }) },
  { weight: 1, arbitrary: fc.string({ unit: ANY_CHARACTER, maxLength: 60 }) },
);

/** The required arguments of each tool. */
const REQUIRED: Readonly<Record<string, object>> = {
  create_app: { displayName: "Fuzzed" },
  create_connector: { appId: APPS.wiki.id, catalogId: "okta_v2" },
  add_connector_user_owner: {
    appId: APPS.github.id,
    connectorId: CONNECTORS.github.id,
    userRefId: PEOPLE.samLee.id,
  },
};

/** Arguments of all kinds. None of them can write: calls of writing tools are dry runs or have an unknown argument. */
export function anyArguments(tool: Tool): fc.Arbitrary<unknown> {
  const fields = Object.keys(toJsonSchema(tool.input).properties ?? {});
  const key = fc.constantFrom(...fields, ...fields, "__proto__", "x");
  const required = fc.constantFrom({}, REQUIRED[tool.name] ?? {}, REQUIRED[tool.name] ?? {});
  const named = fc
    .tuple(required, fc.dictionary(key, anyValue, { maxKeys: 4 }))
    .map(([base, given]) => ({ ...base, ...given }));
  const harmless = fc.constantFrom<object>({ dryRun: true }, { dryRun: true }, { thereIsNoSuchArgument: 1 });
  const own =
    tool.effect === "read" ? named : fc.tuple(named, harmless).map(([args, rest]) => ({ ...args, ...rest }));
  const anything = fc.oneof(
    fc.constantFrom(...NASTY, undefined),
    fc.jsonValue({ maxDepth: 3 }).filter((value) => typeof value !== "object"),
  );
  return fc.oneof({ weight: 9, arbitrary: own }, { weight: 1, arbitrary: anything });
}

/** Arguments that contain a value too large for any of them. */
export interface Huge {
  readonly field: string;
  readonly args: unknown;
}

const fill = <T>(count: number, value: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => value(index));
const map = (count: number, key: (index: number) => string, value: unknown) =>
  Object.fromEntries(fill(count, (index) => [key(index), value] as const));

/** Kinds of huge values, each with the smallest size that is refused. */
const WAYS: readonly [least: number, make: (size: number) => unknown][] = [
  [1_001, (size) => fill(size, () => 1)],
  [1_001, (size) => fill(size, () => ({}))],
  [1_001, (size) => fill(size, (index) => `u${index}@x`)],
  [1_001, (size) => fill(size, () => [null])],
  [201, (size) => map(size, (index) => `key${index}`, "x")],
  [201, (size) => map(size, (index) => `${index}`, {})],
  [20, (size) => nested(size, "[", "]")],
  [20, (size) => JSON.parse(`${'{"a":'.repeat(size)}1${"}".repeat(size)}`)],
  [65_537, (size) => "x".repeat(size)],
  [65_537, (size) => "\u202e\n".repeat(size)],
  [1_025, (size) => ({ ["k".repeat(size)]: 1 })],
  [1_025, (size) => ({ [`\u001b[31m${"\u{1f642}".repeat(size)}`]: 1 })],
  [60, (size) => map(60, (index) => `key${index}`, "x".repeat(2_185 + (size % 60_000)))],
  [60, (size) => fill(60, () => map(17, (index) => `key${index}`, size))],
];

/** Ways to embed such a value. */
const WRAPS: readonly ((value: unknown) => unknown)[] = [
  (value) => value,
  (value) => [value],
  (value) => ({ okta_v2_domain: "acme.okta.example", a: value }),
  (value) => ({ "@type": "x", configuration: [{ b: value }] }),
];

/** Arguments of which one is huge, an unknown argument included, or which are huge as a whole. */
export function anyHuge(tool: Tool): fc.Arbitrary<Huge> {
  const fields = Object.keys(toJsonSchema(tool.input).properties ?? {});
  const value = fc
    .tuple(fc.constantFrom(...WAYS), fc.constantFrom(...WRAPS), fc.integer({ min: 0, max: 60_000 }))
    .map(([[least, make], wrap, more]) => wrap(make(least + more)));
  const named = fc
    .tuple(fc.constantFrom(...fields, "thereIsNoSuchArgument"), value)
    .map(([field, huge]) => ({ field, args: { ...REQUIRED[tool.name], [field]: huge } }));
  const whole = fc.constantFrom(...WAYS).map(([least, make]) => ({ field: "", args: make(least * 2) }));
  return fc.oneof({ weight: 9, arbitrary: named }, { weight: 1, arbitrary: whole });
}
