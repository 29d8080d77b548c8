import type { ConnectorType } from "../../connector-types/table.ts";
import type { Run } from "../job.ts";
import { lookUp } from "../look-up.ts";
import { describeType, type TypeSpec } from "./spec.ts";

/**
 * What is known of a type's config. The tenant's description wins; without it, our table is used, with a note.
 * @param field the argument that contains the id, for a type that our table lacks.
 */
export async function readSpec(
  catalogId: string,
  type: ConnectorType | undefined,
  run: Run,
  field?: string,
): Promise<TypeSpec> {
  const live = await lookUp(
    "config fields of the type",
    run,
    (call) => run.api.catalog.schema(catalogId, call),
    field,
  );
  const spec = describeType(catalogId, type, live);
  if (live && spec.source !== "live") run.unchecked.push("config fields of the type (not shown)");
  return spec;
}
