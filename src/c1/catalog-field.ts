import { z } from "zod/v3";
import { count, dropUndefined, type Fields, flag, objects, part, text, texts } from "./parse.ts";
import type { CatalogField } from "./port.ts";

const rules = part(
  z.object({ minLen: count, len: count, minBytes: count, lenBytes: count, ignoreEmpty: flag }),
);
const value = part(z.object({ secret: flag, valueValidator: rules }));
const mark = part(z.object({}));

const fieldSchema = z.object({
  name: z.string().min(1),
  displayName: text,
  placeholder: text,
  dependsOnFields: texts,
  postCreate: flag,
  str: value,
  text: value,
  import: value,
  keyValue: value,
  secret: mark,
  select: part(z.object({ items: objects })),
  checkbox: mark,
  strList: mark,
  stringMap: mark,
  random: mark,
  readOnly: mark,
  oauth2: mark,
  options: mark,
});

const formSchema = z.object({
  name: z.string().min(1),
  displayName: text,
  description: text,
  required: flag,
  stringField: part(
    z.object({ passwordField: mark, selectField: part(z.object({ options: objects })), rules }),
  ),
  boolField: mark,
  stringSliceField: part(z.object({ rules: part(z.object({ minItems: count, ignoreEmpty: flag })) })),
  stringMapField: part(z.object({ rules: part(z.object({ isRequired: flag })) })),
  oauth2Field: mark,
});

type SchemaField = z.infer<typeof fieldSchema>;
export type FormField = z.infer<typeof formSchema>;

/** The fields of `formSchema`, by name. */
export function readForms(records: readonly Fields[]): ReadonlyMap<string, FormField> {
  return new Map(
    records.flatMap((record) => {
      const form = formSchema.safeParse(record).data;
      return form ? [[form.name, form] as const] : [];
    }),
  );
}

/** A field of `schema`, completed from the form. */
export function readField(record: Fields, forms: ReadonlyMap<string, FormField>): CatalogField | undefined {
  const field = fieldSchema.safeParse(record).data;
  if (!field) return undefined;
  const form = forms.get(field.name);
  const options = optionsOf(field, form);
  return dropUndefined({
    name: field.name,
    label: field.displayName ?? form?.displayName,
    help: form?.description ?? (field.placeholder && `such as ${field.placeholder}`),
    kind: kindOf(field, form),
    secret: isSecret(field, form),
    required: isRequired(field, form),
    options: options.length > 0 ? options : undefined,
  });
}

/** A field holds exactly one of the kinds. For a kind newer than this code, the form may say more; otherwise it counts as text. */
function kindOf(field: SchemaField, form: FormField | undefined): CatalogField["kind"] {
  if (field.secret || field.str || field.text || field.import || field.select) return "text";
  if (field.checkbox) return "bool";
  if (field.strList) return "list";
  if (field.stringMap || field.keyValue) return "map";
  if (field.random || field.readOnly || field.oauth2 || field.options || form?.oauth2Field) return "other";
  if (form?.boolField) return "bool";
  if (form?.stringSliceField) return "list";
  return form?.stringMapField ? "map" : "text";
}

function isSecret(field: SchemaField, form: FormField | undefined): boolean {
  const values = [field.str, field.text, field.import, field.keyValue];
  return (
    field.secret !== undefined ||
    values.some((kind) => kind?.secret) ||
    form?.stringField?.passwordField !== undefined
  );
}

/** Only clear evidence makes a field required: a field that depends on another one, or can only be set later, may be omitted. */
function isRequired(field: SchemaField, form: FormField | undefined): boolean {
  if (field.postCreate || field.dependsOnFields.length > 0) return false;
  const slice = form?.stringSliceField?.rules;
  return (
    form?.required === true ||
    [field.str, field.text, field.import].some((kind) => refusesEmpty(kind?.valueValidator)) ||
    refusesEmpty(form?.stringField?.rules) ||
    (slice !== undefined && slice.minItems > 0 && !slice.ignoreEmpty) ||
    form?.stringMapField?.rules?.isRequired === true
  );
}

function refusesEmpty(given: z.infer<typeof rules>): boolean {
  if (given === undefined || given.ignoreEmpty) return false;
  return Math.max(given.minLen, given.len, given.minBytes, given.lenBytes) > 0;
}

function optionsOf(field: SchemaField, form: FormField | undefined): string[] {
  const items = field.select?.items ?? form?.stringField?.selectField?.options ?? [];
  return items.flatMap((item) => text.parse(item.value) ?? []);
}
