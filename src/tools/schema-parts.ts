import { z } from "zod/v3";

/** A schema without its wrappers, such as defaults and refinements. */
export function unwrapSchema(schema: z.ZodTypeAny | undefined): z.ZodTypeAny | undefined {
  let at = schema;
  for (;;) {
    if (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at._def.innerType;
    else if (at instanceof z.ZodEffects) at = at.innerType();
    else return at;
  }
}

/** The schema of the value under a key or an index; undefined if there is none. */
export function schemaAt(schema: z.ZodTypeAny | undefined, part: string | number): z.ZodTypeAny | undefined {
  const at = unwrapSchema(schema);
  if (at instanceof z.ZodArray) return at.element;
  if (at instanceof z.ZodRecord) return at.valueSchema;
  if (at instanceof z.ZodObject && Object.hasOwn(at.shape, part)) return at.shape[part];
  return undefined;
}
