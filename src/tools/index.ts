import { addConnectorUserOwner } from "./add-connector-user-owner.ts";
import { createApp } from "./create-app.ts";
import { createConnector } from "./create-connector.ts";
import type { Tool } from "./define.ts";
import { findApps } from "./find-apps.ts";
import { findConnectorTypes } from "./find-connector-types.ts";
import { findConnectors } from "./find-connectors.ts";
import { findPolicies } from "./find-policies.ts";
import { findUsers } from "./find-users.ts";
import { syncConnector } from "./sync-connector.ts";
import { updateConnector } from "./update-connector.ts";
import { whoami } from "./whoami.ts";

/** All tools of this server, in the order in which clients see them: the job first, then the look-ups. */
export const TOOLS: readonly Tool[] = [
  createApp,
  createConnector,
  updateConnector,
  syncConnector,
  addConnectorUserOwner,
  findApps,
  findConnectors,
  findConnectorTypes,
  findUsers,
  findPolicies,
  whoami,
];
