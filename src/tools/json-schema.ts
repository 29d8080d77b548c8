import type { z } from "zod/v3";
import { zodToJsonSchema } from "zod-to-json-schema";

export type JsonSchema = { [key: string]: unknown };

/**
 * The only place where schemas become JSON Schema. Flat and self-contained, without the dialect stamp: both protocol
 * eras then read it as their own. Takes schemas of `zod/v3` only; for those of zod 4 the package emits an empty object.
 */
export function toJsonSchema(schema: z.ZodTypeAny): JsonSchema {
  const { $schema: _dialect, ...rest } = zodToJsonSchema(schema, {
    $refStrategy: "none",
    strictUnions: true,
  });
  return rest;
}

/** A schema as `toJsonSchema` writes it, of an object or a list. */
interface Node {
  readonly type?: unknown;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: unknown;
}

/**
 * The top level of an object's schema: names and types, and what is always there. Every value that the whole schema takes
 * passes this one, in a fraction of the tokens; the whole one stays what results are checked with before they leave.
 * @param omitted names of properties that are not mentioned; they are allowed all the same.
 */
export function outlineSchema(schema: z.AnyZodObject, omitted: readonly string[] = []): JsonSchema {
  const { type, properties = {}, required }: Node = toJsonSchema(schema);
  const shown = Object.entries(properties).filter(([name]) => !omitted.includes(name));
  const outlined = shown.map(([name, { type, items }]) => [
    name,
    items === undefined ? { type } : { type, items: { type: items.type } },
  ]);
  return {
    type,
    properties: Object.fromEntries(outlined),
    ...(required !== undefined && { required }),
  };
}
