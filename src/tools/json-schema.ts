import type { z } from "zod/v3";
import { zodToJsonSchema } from "zod-to-json-schema";

export type JsonSchema = { [key: string]: unknown };

/**
 * The only place where schemas become JSON Schema. Flat and self-contained, without a dialect: both protocol eras then read it as
 * their own. Accepts only schemas of `zod/v3`; for those of zod 4 the package emits an empty object.
 */
export function toJsonSchema(schema: z.ZodTypeAny): JsonSchema {
  const { $schema: _dialect, ...rest } = zodToJsonSchema(schema, {
    $refStrategy: "none",
    strictUnions: true,
  });
  return rest;
}

/** A schema of an object or a list, as `toJsonSchema` writes it. */
interface Node {
  readonly type?: unknown;
  readonly items?: Node;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: unknown;
}

/**
 * The top level of an object's schema: names, types, and required properties. Every value that the full schema accepts is valid
 * under this one, which needs a fraction of the tokens; results are still checked against the full schema before they leave.
 * @param omitted names of properties to leave out; they are allowed all the same.
 */
export function outlineSchema(schema: z.AnyZodObject, omitted: readonly string[]): JsonSchema {
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
