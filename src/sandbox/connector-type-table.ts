import { CONNECTOR_TYPE_ROWS, type ConnectorTypeRow } from "../connector-types/data.ts";

export interface ConfigField {
  readonly key: string;
  readonly kind: "text" | "bool" | "list" | "map";
  readonly secret: boolean;
  /** Names of the credential groups that the field belongs to; empty if it belongs to none. */
  readonly groups: readonly string[];
  readonly required: boolean;
}

export interface ConnectorType {
  readonly slug: string;
  readonly name: string;
  readonly catalogId: string;
  readonly fields: readonly ConfigField[];
  readonly groups: readonly string[];
  readonly retired: boolean;
}

const FIELD = /^(?<key>[^?*%!@]+)(?<mark>[?*%]?)(?<secret>!?)(?:@(?<groups>\d+))?$/;
const KIND_OF_MARK: Readonly<Record<string, ConfigField["kind"]>> = {
  "": "text",
  "?": "bool",
  "*": "list",
  "%": "map",
};

let byId: Map<string, ConnectorType> | undefined;

/** The connector type of a catalog id, or undefined: the real catalog is larger than the table. */
export function findConnectorType(catalogId: string): ConnectorType | undefined {
  byId ??= new Map(CONNECTOR_TYPE_ROWS.map((row) => [row[2], parseRow(row)]));
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
  const groups = groupNames.split(" ").filter(Boolean);
  return {
    slug,
    name,
    catalogId,
    fields: fields
      .split(" ")
      .filter(Boolean)
      .map((field) => parseField(field, groups)),
    groups,
    retired: retired === "retired",
  };
}

function parseField(text: string, groupNames: readonly string[]): ConfigField {
  const parts = FIELD.exec(text)?.groups;
  const kind = KIND_OF_MARK[parts?.mark ?? ""];
  if (parts?.key === undefined || kind === undefined) throw new Error(`cannot read the field "${text}"`);
  const groups = [...(parts.groups ?? "")].map((digit) => groupNames[Number(digit)] ?? "");
  if (groups.includes("")) throw new Error(`the field "${text}" belongs to a group that is not there`);
  const secret = parts.secret === "!";
  return {
    key: parts.key,
    kind,
    secret,
    groups,
    required: isRequired(parts.key, kind, secret, groups.length === groupNames.length || groups.length === 0),
  };
}

/**
 * Which fields a type really requires is not published. The sandbox requires secrets and addresses, unless they belong to only
 * some of the credential groups.
 */
function isRequired(key: string, kind: ConfigField["kind"], secret: boolean, always: boolean): boolean {
  return always && kind !== "bool" && (secret || /domain|url|host/i.test(key));
}
