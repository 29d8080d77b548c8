import type { CatalogField, CatalogSchema } from "../../c1/port.ts";
import type { ConnectorType, TypeField } from "../../connector-types/table.ts";

/** A key that names a credential, whatever the table and the tenant say about it. */
export const SECRET_KEY = /secret|passw|token|private|api[-_]?key/i;

/** The key that tells C1 which of several login methods a config uses. */
export const GROUP_KEY = "C1_selected_field_group_name";

/** The only config message that C1 accepts, in the form that its own Terraform provider sends. */
export const ENVELOPE_TYPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

export interface FieldSpec {
  readonly key: string;
  /** "any": nothing is known about it. */
  readonly kind: CatalogField["kind"] | "any";
  readonly secret: boolean;
  readonly required: boolean;
  /** Names of the groups that it belongs to; empty means all of them. */
  readonly groups: readonly string[];
  readonly label?: string;
  readonly help?: string;
  readonly options?: readonly string[];
}

export interface GroupSpec {
  readonly name: string;
  readonly label?: string;
  readonly isDefault: boolean;
  readonly keys: readonly string[];
}

/** What is known of a connector type's config, from our table and from the tenant. */
export interface TypeSpec {
  readonly catalogId: string;
  /** For people: the name if known, else the id. */
  readonly label: string;
  /** Undefined if neither source has one. */
  readonly name?: string;
  readonly slug?: string;
  /** Set up by a config, by a person's OAuth consent, or by an agent that the customer runs. */
  readonly setup: "config" | "oauth" | "agent";
  /** The source of the fields: the tenant, our table, or none. The table's secret marks apply in any case. */
  readonly source: "live" | "table" | "none";
  readonly fields: readonly FieldSpec[];
  readonly groups: readonly GroupSpec[];
}

/** Merges two descriptions: the tenant's is newer and wins; ours knows more secrets. */
export function describeType(
  catalogId: string,
  type: ConnectorType | undefined,
  live: CatalogSchema | undefined,
): TypeSpec {
  // A tenant that does not show fields returns them blank.
  const shown = live && (live.fields.length > 0 || !type?.fields.length) ? live : undefined;
  const known = type ? "table" : "none";
  const source = shown ? "live" : known;
  const groups = shown ? shown.groups.map(toGroup) : groupsOf(type);
  const fields = shown
    ? shown.fields.map((field) => mergeField(field, findField(type, field.name), groups))
    : (type?.fields.map(fromTable) ?? []);
  const name = type?.name ?? live?.name;
  return {
    catalogId,
    label: name ?? catalogId,
    ...(name !== undefined && { name }),
    ...(type && { slug: type.slug }),
    setup: setupOf(type, live, source === "none" || fields.some(({ kind }) => kind !== "other"), groups),
    source,
    fields,
    groups,
  };
}

/**
 * Of the types without fields that a create could carry, only those run by an agent are known by name; the others use OAuth
 * consent.
 */
function setupOf(
  type: ConnectorType | undefined,
  live: CatalogSchema | undefined,
  takesConfig: boolean,
  groups: readonly GroupSpec[],
): TypeSpec["setup"] {
  if (live?.requiresExternalConnector) return "agent";
  // With groups, OAuth is one of several login methods.
  if (live?.isOauth2 && groups.length === 0) return "oauth";
  if (takesConfig) return "config";
  return type?.slug === "baton" ? "agent" : "oauth";
}

function findField(type: ConnectorType | undefined, key: string): TypeField | undefined {
  return type?.fields.find((field) => field.key === key);
}

function mergeField(
  field: CatalogField,
  known: TypeField | undefined,
  groups: readonly GroupSpec[],
): FieldSpec {
  const { name: key, required, label, help, options } = field;
  // What the vendor's own Terraform provider sends can be sent.
  const kind = field.kind === "other" ? (known?.kind ?? "other") : field.kind;
  return {
    key,
    kind,
    secret: isSecret(key, kind, field.secret || known?.secret === true),
    required,
    groups: groups.filter(({ keys }) => keys.includes(key)).map(({ name }) => name),
    ...(label !== undefined && { label }),
    ...(help !== undefined && { help }),
    ...(options && { options }),
  };
}

function fromTable({ key, kind, secret, groups }: TypeField): FieldSpec {
  return { key, kind, secret: isSecret(key, kind, secret), required: false, groups };
}

/** A boolean is not a secret: `okta_sync_secrets` only sounds like one. */
function isSecret(key: string, kind: FieldSpec["kind"], marked: boolean): boolean {
  return kind !== "bool" && (marked || SECRET_KEY.test(key));
}

/** Whether the value of a key is a secret, by what is known of the type, or else by the key alone. */
export function isSecretKey(key: string, { fields }: Pick<TypeSpec, "fields">): boolean {
  return fields.find((field) => field.key === key)?.secret ?? SECRET_KEY.test(key);
}

function toGroup({ name, label, isDefault, fields }: CatalogSchema["groups"][number]): GroupSpec {
  return { name, isDefault, keys: fields, ...(label !== undefined && { label }) };
}

function groupsOf(type: ConnectorType | undefined): GroupSpec[] {
  return (type?.groups ?? []).map((name) => ({
    name,
    isDefault: false,
    keys: (type?.fields ?? []).filter(({ groups }) => groups.includes(name)).map(({ key }) => key),
  }));
}
