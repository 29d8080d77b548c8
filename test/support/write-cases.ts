import { APPS, CONNECTORS, PEOPLE, seedState } from "../../src/sandbox/seed.ts";
import type { TenantState } from "../../src/sandbox/start.ts";
import type { Rig } from "./rig.ts";

/** A write that creates a row, by which the tenant shows whether it was done. */
export interface WriteCase {
  readonly name: string;
  readonly tool: string;
  readonly operation: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The kind of row that it creates, and how many the seed has. */
  readonly rows: "apps" | "connectors" | "owners";
  readonly seeded: number;
}

/** A write that changes an existing connector and creates no row. */
export interface ChangeCase extends Pick<WriteCase, "name" | "tool" | "operation" | "args"> {
  readonly changes: "config" | "sync";
}

export const isChange = (write: WriteCase | ChangeCase): write is ChangeCase => "changes" in write;

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const seed: TenantState = seedState();

function writeCase(
  name: string,
  tool: string,
  operation: string,
  rows: WriteCase["rows"],
  args: object,
): WriteCase {
  return { name, tool, operation, rows, args: { ...args }, seeded: seed[rows].length };
}

/** The creating writes of all tools. People are given by id. */
export const WRITES: readonly WriteCase[] = [
  writeCase("create_app", "create_app", "apps.create", "apps", {
    displayName: "Acme CRM",
    owners: [PEOPLE.janeDoe.id],
  }),
  writeCase("create_connector", "create_connector", "connectors.create", "connectors", {
    appId: APPS.wiki.id,
    catalogId: OKTA_V2,
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } },
    userIds: [PEOPLE.samLee.id],
  }),
  writeCase("create_connector (delegated)", "create_connector", "connectors.createDelegated", "connectors", {
    appId: APPS.wiki.id,
    catalogId: OKTA_V2,
  }),
  writeCase("add_connector_user_owner", "add_connector_user_owner", "connectorOwners.add", "owners", {
    appId: APPS.github.id,
    connectorId: CONNECTORS.github.id,
    userRefId: PEOPLE.samLee.id,
  }),
];

/** Whether the tenant contains what the write should create. */
export function didRun({ sandbox }: Rig, { rows, seeded }: WriteCase): boolean {
  return sandbox.state[rows].length > seeded;
}
