import { z } from "zod/v3";
import { readField, readForms } from "./catalog-field.ts";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, flag, objects, part, text, texts } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, CatalogField, CatalogGroup, CatalogSchema } from "./port.ts";
import { buildBody } from "./write.ts";

const groupShape = { name: z.string().min(1), displayName: text, default: flag };
const schemaGroup = z.object({ ...groupShape, fieldNames: texts });
const formGroup = z.object({ ...groupShape, fields: texts });

const answerSchema = z.object({
  schema: part(
    z.object({
      displayName: text,
      helpUrl: text,
      isOauth2: flag,
      requiresExternalConnector: flag,
      fields: objects,
      fieldGroups: objects,
    }),
  ),
  formSchema: part(z.object({ displayName: text, fields: objects, fieldGroups: objects })),
});

/** More than any type has. Each unknown key of a config is compared with all of them. */
const MAX_FIELDS = 500;

/** Reads two descriptions of the same fields: `schema` knows the kinds, `formSchema` which are required. Either may be missing. */
function parseSchema(answer: Fields): CatalogSchema | undefined {
  const { schema, formSchema } = answerSchema.parse(answer);
  if (!schema && !formSchema) return undefined;
  const forms = readForms(formSchema?.fields ?? []);
  const fields = new Map<string, CatalogField>();
  for (const record of [...(schema?.fields ?? []), ...[...forms.keys()].map((name) => ({ name }))]) {
    const field = readField(record, forms);
    if (field && !fields.has(field.name)) fields.set(field.name, field);
  }
  const groups = (schema?.fieldGroups ?? []).flatMap(readSchemaGroup);
  return dropUndefined({
    name: schema?.displayName ?? formSchema?.displayName,
    helpUrl: schema?.helpUrl,
    isOauth2: schema?.isOauth2 ?? false,
    requiresExternalConnector: schema?.requiresExternalConnector ?? false,
    fields: [...fields.values()].slice(0, MAX_FIELDS),
    groups: groups.length > 0 ? groups : (formSchema?.fieldGroups ?? []).flatMap(readFormGroup),
  });
}

function readSchemaGroup(record: Fields): CatalogGroup[] {
  const group = schemaGroup.safeParse(record).data;
  return group ? [toGroup(group, group.fieldNames)] : [];
}

function readFormGroup(record: Fields): CatalogGroup[] {
  const group = formGroup.safeParse(record).data;
  return group ? [toGroup(group, group.fields)] : [];
}

function toGroup(
  {
    name,
    displayName,
    default: isDefault,
  }: { name: string; displayName?: string | undefined; default: boolean },
  fields: readonly string[],
): CatalogGroup {
  return dropUndefined({ name, label: displayName, isDefault, fields });
}

export function createCatalog(http: Http): C1Api["catalog"] {
  return {
    schema: (catalogId, call) =>
      http.request(
        {
          operation: "read the connector type",
          method: "POST",
          path: buildPath("/api/v1/connectorcatalog", {}),
          body: JSON.stringify(buildBody({ catalogId })),
          write: false,
          parse: parseSchema,
        },
        call,
      ),
  };
}
