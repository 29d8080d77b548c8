import type { ConnectorOwnerRow, ConnectorRow } from "../state.ts";
import { APPS } from "./apps.ts";
import { PEOPLE } from "./people.ts";

type Connector = Pick<ConnectorRow, "id" | "appId" | "catalogId" | "displayName"> & Partial<ConnectorRow>;

const CREATED = "2024-03-04T11:30:00Z";
const startedAt = Date.parse("2025-09-01T02:00:00Z");
const SYNCED = { queuedAt: startedAt, startedAt, readyAt: startedAt + 95_000, before: null };

function connector(fields: Connector): ConnectorRow {
  return {
    description: "",
    userIds: [PEOPLE.caller.id],
    config: null,
    configUpdatedAt: fields.config ? CREATED : null,
    sync: null,
    lastError: "",
    createdAt: CREATED,
    deletedAt: null,
    visibleAt: 0,
    ...fields,
  };
}

/** The tenant's connectors: synced, failing, awaiting set-up, and deleted. */
export const CONNECTORS = {
  hrOkta: connector({
    id: "2pX6JUNmFA3TYSYTdjzZuRXkuGN",
    appId: APPS.hr.id,
    catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7",
    displayName: "Okta v2",
    config: {
      okta_v2_domain: { stringValue: "acme.okta.com" },
      okta_v2_api_token: { stringValue: "seeded-and-never-shown" },
    },
    sync: SYNCED,
  }),
  github: connector({
    id: "2q0WW1MUspsmJoygVOgE7iStDhL",
    appId: APPS.github.id,
    catalogId: "2gkeVHQ9u8BtFpouw5jRmbnxjkW",
    displayName: "GitHub v2",
    config: {
      C1_selected_field_group_name: { stringValue: "github_personal_access_token_group" },
      github_access_token: { stringValue: "seeded-and-never-shown" },
      github_org_list: { stringValue: "acme,acme-labs" },
    },
    sync: SYNCED,
    lastError: "401 from the GitHub API",
  }),
  wiki: connector({
    id: "2qTwiW1V7pPGpcQ8L0VRsGwU0or",
    appId: APPS.wiki.id,
    catalogId: "2jbvUoyvbdzgkgdZfGR7VFhS0SU",
    displayName: "Confluence v2",
  }),
  deleted: connector({
    id: "2qxMv9j7DX5fr6XsBblDzctdUCb",
    appId: APPS.hr.id,
    catalogId: "23NeUC7UYRBJYDXscZNn4p8SQP2",
    displayName: "Datadog",
    deletedAt: "2025-02-02T02:02:02Z",
  }),
} satisfies Record<string, ConnectorRow>;

/** Acme HR's connector has two owners. */
export const CONNECTOR_OWNERS: readonly ConnectorOwnerRow[] = [PEOPLE.priya, PEOPLE.samLee].map(({ id }) => ({
  appId: APPS.hr.id,
  connectorId: CONNECTORS.hrOkta.id,
  roleSlug: "primary",
  userId: id,
  createdAt: CREATED,
  visibleAt: 0,
}));
