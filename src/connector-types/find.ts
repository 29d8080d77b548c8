import { CONNECTOR_TYPE_ROWS } from "./data.ts";

export interface ConnectorType {
  readonly slug: string;
  readonly name: string;
  readonly catalogId: string;
}

let byId: ReadonlyMap<string, ConnectorType> | undefined;

/** The type with this catalog id, if our table has it. C1's own catalog is larger. */
export function findType(catalogId: string): ConnectorType | undefined {
  byId ??= new Map(CONNECTOR_TYPE_ROWS.map(([slug, name, id]) => [id, { slug, name, catalogId: id }]));
  return byId.get(catalogId);
}
