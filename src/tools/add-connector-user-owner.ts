import { z } from "zod/v3";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { defineWrite } from "./define.ts";
import { id, roleSlug, userRef, writeResult } from "./fields.ts";
import { describeUser, lookUp, resolvePeople } from "./resolve.ts";

/** The only role with any public evidence; the API documents no list. */
const DEFAULT_ROLE = "primary";

const input = z
  .object({
    appId: id,
    connectorId: id,
    userRefId: userRef.describe("User id or e-mail"),
    roleSlug: roleSlug.describe("Owner role; leave out unless told").default(DEFAULT_ROLE),
  })
  .strict();

const output = z.object({
  ...writeResult,
  appId: z.string(),
  connectorId: z.string(),
  userId: z.string(),
  roleSlug: z.string(),
  alreadyOwner: z.boolean().optional(),
});

/** `POST /api/v2/apps/{app_id}/connectors/{connector_id}/owners/users/{role_slug}/{user_ref_id}` */
export const addConnectorUserOwner = defineWrite({
  name: "add_connector_user_owner",
  title: "Add connector owner",
  description: "Make a person an owner of a connector. Replaces nobody; repeating it is harmless.",
  effect: "add",
  roles:
    "C1 documents this for Connector Admin and Super Admin, and for Application Admin on connectors they own. Ask a C1 administrator for the role.",
  input,
  output,
  async plan({ appId, connectorId, userRefId, roleSlug }, run) {
    const [[person], connector] = await Promise.all([
      resolvePeople("userRefId", [userRefId], run),
      lookUp(`connectorId: connector ${connectorId}`, run, (call) =>
        run.api.connectors.get(appId, connectorId, call),
      ),
    ]);
    if (!person) throw new Failure("not_found", "userRefId: nobody was found.");
    const write = run.api.connectorOwners.add({ appId, connectorId, roleSlug, userId: person.id });
    const where = connector?.displayName ? `"${cleanText(connector.displayName, 120)}"` : connectorId;
    const result = {
      tenant: run.tenant,
      appId,
      connectorId,
      userId: person.id,
      roleSlug,
    };
    return {
      targets: { appId, connectorId, userId: person.id, roleSlug },
      intent: `Make ${person.label} an owner (${roleSlug}) of connector ${where}`,
      request: write.request,
      ifUnknown: "Look at the owners of the connector in C1; adding the same owner again is harmless.",
      async send(call) {
        try {
          const row = await write.send(call);
          const label = row.user ? describeUser({ ...row.user, id: person.id }) : person.label;
          return {
            summary: `${label} is now an owner (${roleSlug}) of connector ${where} in ${run.tenant}.`,
            ...result,
          };
        } catch (error) {
          // How C1 answers a repeated add is not documented; a conflict can only mean that the row is there.
          if (!(error instanceof Failure) || error.status !== 409) throw error;
          return {
            summary: `${person.label} was already an owner (${roleSlug}) of connector ${where} in ${run.tenant}.`,
            ...result,
            alreadyOwner: true,
          };
        }
      },
    };
  },
});
