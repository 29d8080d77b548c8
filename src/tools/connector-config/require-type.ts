import { Failure } from "../../errors.ts";
import type { Run } from "../job.ts";
import { lookUp } from "../look-up.ts";

/**
 * Throws if C1 has no connector type with an id that our table lacks. C1's catalog is larger than our table, so the id is wrong
 * only if C1 does not know it but does know one that certainly exists: a credential may be unable to see the catalog.
 */
export async function requireKnownType(field: string, catalogId: string, run: Run): Promise<void> {
  if (!run.absent.includes(field)) return;
  const { listTypes } = await import("../../connector-types/table.ts");
  const known = listTypes().find(({ retired }) => !retired);
  const quiet: Run = { ...run, unchecked: [], absent: [] };
  const answer =
    known && (await lookUp("a known type", quiet, (call) => run.api.catalog.schema(known.catalogId, call)));
  if (answer === undefined) return;
  // This failure names the argument itself.
  run.absent.splice(0, run.absent.length, ...run.absent.filter((absent) => absent !== field));
  throw new Failure(
    "not_found",
    `${field}: neither C1 nor this server knows a connector type ${catalogId}.`,
    {
      next: "Give the type's slug or exact name, or look for it with find_connector_types.",
    },
  );
}
