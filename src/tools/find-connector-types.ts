import { z } from "zod/v3";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { readSpec } from "./connector-config/read-spec.ts";
import { describeType, type FieldSpec, type TypeSpec } from "./connector-config/spec.ts";
import { defineRead } from "./define.ts";
import { query } from "./fields.ts";
import type { Run } from "./job.ts";

const MAX_ROWS = 10;

/** Maximum size of one type's description in bytes of JSON, before its help texts are dropped. */
const MAX_BYTES = 1_900;

const row = z.object({
  name: z.string(),
  slug: z.string().optional(),
  catalogId: z.string(),
  retired: z.boolean().optional(),
});

const field = z.object({
  key: z.string(),
  kind: z.string(),
  secret: z.boolean().optional(),
  required: z.boolean().optional(),
  help: z.string().optional(),
  options: z.array(z.string()).optional(),
});

const group = z.object({
  name: z.string(),
  label: z.string().optional(),
  default: z.boolean().optional(),
  keys: z.array(z.string()),
});

const output = z.object({
  items: z.array(row),
  type: z
    .object({
      setup: z.enum(["config", "oauth", "agent"]),
      source: z.enum(["live", "table"]),
      tableDate: z.string().optional(),
      fields: z.array(field),
      groups: z.array(group).optional(),
    })
    .optional(),
  more: z.string().optional(),
  unchecked: z.array(z.string()).optional(),
});

type Output = z.infer<typeof output>;

/** Reads our own table, and for a single type `POST /api/v1/connectorcatalog`. */
export const findConnectorTypes = defineRead({
  name: "find_connector_types",
  title: "Find connector types",
  description:
    "Find connector types (kinds, catalog) by name; a slug or id shows the config fields, which are secret or required, and their groups.",
  roles: { names: ["Connector Admin", "Super Admin"], subject: "seeing connectors" },
  input: z.object({ query }).strict(),
  output,
  async read({ query }, run) {
    const { matchType } = await import("../connector-types/match.ts");
    const match = matchType(query);
    if (match.kind === "one") {
      const { type } = match;
      const spec = await readSpec(type.catalogId, type, run);
      return showType(spec, type.retired, run);
    }
    if (match.kind === "unknown") {
      const live = await run.api.catalog.schema(match.catalogId, run.call);
      return showType(describeType(match.catalogId, undefined, live), false, run);
    }
    return search(query, match.kind === "several" || query.trim() === "");
  },
});

/** @param isNamed whether one of the types has this very name, or none is asked for. */
async function search(query: string, isNamed: boolean): Promise<Output> {
  const [{ findTypes }, { CONNECTOR_TYPES_DATE }, { listNewer }] = await Promise.all([
    import("../connector-types/find.ts"),
    import("../connector-types/table.ts"),
    import("../connector-types/family.ts"),
  ]);
  const found = findTypes(query, MAX_ROWS + 1);
  const items = found.slice(0, MAX_ROWS).map(({ name, slug, catalogId, retired }) => ({
    name,
    slug,
    catalogId,
    ...(retired && { retired: true }),
  }));
  if (found.length > MAX_ROWS) return { items, more: "More types match: narrow the query." };
  if (found.length > 0) {
    const newer = listNewer(found);
    const notes = [
      ...(isNamed ? [] : ["None of these has exactly this name."]),
      ...(newer.length > 0 ? [`Newer versions: ${newer.join(", ")}.`] : []),
    ];
    return { items, ...(notes.length > 0 && { more: notes.join(" ") }) };
  }
  return {
    items,
    more: `Nothing like it in this server's table of ${CONNECTOR_TYPES_DATE}; C1's catalog is larger, and a catalog id from its console works too.`,
  };
}

async function showType(spec: TypeSpec, retired: boolean, run: Run): Promise<Output> {
  if (spec.source === "none") {
    throw new Failure("not_found", `Nothing is known of the connector type ${spec.catalogId}.`);
  }
  const { CONNECTOR_TYPES_DATE } = await import("../connector-types/table.ts");
  const { catalogId, slug, source } = spec;
  const item = {
    name: cleanText(spec.label, 80),
    ...(slug !== undefined && { slug }),
    catalogId,
    ...(retired && { retired: true }),
  };
  const show = (withHelp: boolean) => ({
    items: [item],
    type: {
      setup: spec.setup,
      source,
      ...(slug !== undefined && { tableDate: CONNECTOR_TYPES_DATE }),
      fields: spec.fields.filter(({ kind }) => kind !== "other").map((each) => showField(each, withHelp)),
      ...(spec.groups.length > 0 && { groups: spec.groups.map(showGroup) }),
    },
    ...(run.unchecked.length > 0 && { unchecked: [...run.unchecked] }),
  });
  const full = show(true);
  if (Buffer.byteLength(JSON.stringify(full)) <= MAX_BYTES) return full;
  const short = show(false);
  return spec.fields.some(({ help }) => help !== undefined)
    ? { ...short, more: "Help texts left out; the C1 console shows them." }
    : short;
}

function showField({ key, kind, secret, required, help, options }: FieldSpec, withHelp: boolean) {
  return {
    key: cleanText(key, 80),
    kind,
    ...(secret && { secret: true }),
    ...(required && { required: true }),
    ...(withHelp && help !== undefined && { help: cleanText(help, 120) }),
    ...(options && { options: options.slice(0, 20).map((option) => cleanText(option, 60)) }),
  };
}

function showGroup({ name, label, isDefault, keys }: TypeSpec["groups"][number]) {
  return {
    name: cleanText(name, 80),
    ...(label !== undefined && { label: cleanText(label, 60) }),
    ...(isDefault && { default: true }),
    keys: keys.map((key) => cleanText(key, 80)),
  };
}
