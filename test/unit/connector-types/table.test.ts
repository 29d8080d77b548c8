import { describe, expect, it } from "vitest";
import { CONNECTOR_TYPE_ROWS } from "../../../src/connector-types/data.ts";
import { CONNECTOR_TYPES_DATE, findType, listTypes } from "../../../src/connector-types/table.ts";
import { findConnectorType } from "../../../src/sandbox/connector-type-table.ts";

const types = listTypes();
const count = (kind: string) =>
  types.flatMap(({ fields }) => fields).filter((field) => field.kind === kind).length;

describe("the table of connector types", () => {
  it("has every type and every field of the source, and its date", () => {
    expect(types).toHaveLength(149);
    expect(types).toHaveLength(CONNECTOR_TYPE_ROWS.length);
    expect({ text: count("text"), bool: count("bool"), list: count("list"), map: count("map") }).toEqual({
      text: 405,
      bool: 61,
      list: 18,
      map: 1,
    });
    expect(types.flatMap(({ fields }) => fields).filter(({ secret }) => secret)).toHaveLength(173);
    expect(CONNECTOR_TYPES_DATE).toMatch(/^20\d\d-\d\d-\d\d$/);
  });

  it("has unique slugs and ids, with ids in C1's form", () => {
    expect(new Set(types.map(({ slug }) => slug)).size).toBe(149);
    expect(new Set(types.map(({ catalogId }) => catalogId)).size).toBe(149);
    for (const { catalogId, slug, name } of types) {
      expect(catalogId).toMatch(/^[A-Za-z0-9]{27}$/);
      // Otherwise a word could be taken for an id.
      for (const word of [slug, name]) expect(word).not.toMatch(/^[A-Za-z0-9]{27}$/);
    }
  });

  it("reads kinds, secrets and groups", () => {
    const [tailscale] = types.filter(({ slug }) => slug === "tailscale_v2");
    expect(tailscale).toEqual({
      slug: "tailscale_v2",
      name: "Tailscale v2",
      catalogId: "2zvVTe8SQT4qEcTTMXJTrmG9OwV",
      retired: false,
      groups: ["api-key-flow-group", "oauth-client-credentials-flow-group"],
      fields: [
        { key: "api-key", kind: "text", secret: true, groups: ["api-key-flow-group"] },
        {
          key: "tailnet",
          kind: "text",
          secret: false,
          groups: ["api-key-flow-group", "oauth-client-credentials-flow-group"],
        },
        {
          key: "ignore-ephemeral-devices",
          kind: "bool",
          secret: false,
          groups: ["api-key-flow-group", "oauth-client-credentials-flow-group"],
        },
        {
          key: "tailscale-client-id",
          kind: "text",
          secret: false,
          groups: ["oauth-client-credentials-flow-group"],
        },
        {
          key: "tailscale-client-secret",
          kind: "text",
          secret: true,
          groups: ["oauth-client-credentials-flow-group"],
        },
      ],
    });
    expect(types.filter(({ retired }) => retired).map(({ slug }) => slug)).toEqual(["tailscale"]);
    expect(types.filter(({ groups }) => groups.length > 0)).toHaveLength(11);
    expect(types.filter(({ fields }) => fields.length === 0).map(({ slug }) => slug)).toEqual([
      "azure_ad",
      "baton",
      "dropbox",
      "ironclad",
      "ramp",
    ]);
  });

  it("agrees with the sandbox's own parser", () => {
    for (const { catalogId, fields, ...type } of types) {
      const other = findConnectorType(catalogId);
      expect(other).toMatchObject(type);
      expect(other?.fields.map(({ required: _, ...field }) => field)).toEqual(fields);
    }
  });

  it("finds types by id only", () => {
    for (const type of types) expect(findType(type.catalogId)).toBe(type);
    expect(findType("okta_v2")).toBeUndefined();
  });
});
