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
