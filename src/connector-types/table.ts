import { CONNECTOR_TYPE_ROWS, type ConnectorTypeRow } from "./data.ts";

export { CONNECTOR_TYPES_DATE } from "./data.ts";

export interface TypeField {
  readonly key: string;
  readonly kind: "text" | "bool" | "list" | "map";
  readonly secret: boolean;
  /** Names of the credential groups that the field belongs to; empty means all of them. */
  readonly groups: readonly string[];
}

export interface ConnectorType {
  readonly slug: string;
  readonly name: string;
  readonly catalogId: string;
  readonly fields: readonly TypeField[];
  readonly groups: readonly string[];
  readonly retired: boolean;
}

const FIELD = /^([^?*%!@]+)([?*%]?)(!?)(?:@(\d+))?$/;
const KINDS = { "": "text", "?": "bool", "*": "list", "%": "map" } as const;

let types: readonly ConnectorType[] | undefined;
let byId: ReadonlyMap<string, ConnectorType> | undefined;

/** Every type of the table. Built on first use, because the server's start does not need it. */
export function listTypes(): readonly ConnectorType[] {
  types ??= CONNECTOR_TYPE_ROWS.map(parseRow);
  return types;
}

/** The type with this catalog id, if our table contains it. C1's own catalog is larger. */
export function findType(catalogId: string): ConnectorType | undefined {
  byId ??= new Map(listTypes().map((type) => [type.catalogId, type]));
  return byId.get(catalogId);
}

function parseRow([
  slug,
  name,
  catalogId,
  fields,
  groupNames = "",
  retired,
]: ConnectorTypeRow): ConnectorType {
  const groups = words(groupNames);
  return {
    slug,
    name,
    catalogId,
    fields: words(fields).map((text) => parseField(text, groups)),
    groups,
    retired: retired !== undefined,
  };
}

function parseField(text: string, groups: readonly string[]): TypeField {
  const [, key, mark = "", secret, positions = ""] = FIELD.exec(text) ?? [];
  if (key === undefined) throw new Error(`the table has a field that cannot be read: ${text}`);
  return {
    key,
    kind: KINDS[mark as keyof typeof KINDS],
    secret: secret === "!",
    groups: [...positions].map((position) => {
      const group = groups[Number(position)];
      if (group === undefined) throw new Error(`the table has a field of a group that is not there: ${text}`);
      return group;
    }),
  };
}

function words(text: string): string[] {
  return text.split(" ").filter(Boolean);
}
