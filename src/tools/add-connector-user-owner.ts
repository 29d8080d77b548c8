import { z } from "zod/v3";
import type { C1Api, Call, ConnectorOwnerRef } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { defineWrite } from "./define.ts";
import { dryRun, nameOrId, roleSlug, userRef, waitSeconds, writeResult } from "./fields.ts";
import type { Run } from "./job.ts";
import type { Existing } from "./named.ts";
import type { Reading } from "./read-all.ts";
import { resolvePlace } from "./resolve-connector.ts";
import { describeUser, type Person, resolvePeople } from "./resolve-people.ts";
import { DEFAULT_ROLE } from "./roles.ts";
import { settleAll } from "./settle-all.ts";
import { watchOwner } from "./watch-owner.ts";

const input = z
  .object({
    appId: nameOrId,
    connectorId: nameOrId,
    userRefId: userRef.describe("Id or e-mail"),
    roleSlug: roleSlug.describe("Leave out unless told").default(DEFAULT_ROLE),
    waitSeconds: waitSeconds(180, "Until C1 shows the owner"),
    dryRun,
  })
  .strict();

const output = z.object({
  ...writeResult,
  appId: z.string().optional(),
  connectorId: z.string().optional(),
  userId: z.string().optional(),
  roleSlug: z.string().optional(),
  alreadyOwner: z.boolean().optional(),
  visible: z.boolean().optional(),
});

/** `POST /api/v2/apps/{app_id}/connectors/{connector_id}/owners/users/{role_slug}/{user_ref_id}` */
export const addConnectorUserOwner = defineWrite({
  name: "add_connector_user_owner",
  title: "Add connector owner",
  description:
    "Appoint a person as an additional owner of a connector: grant ownership, assign responsibility. Other owners stay.",
  effect: "add",
  roles: { names: ["Connector Admin", "Super Admin"], connectorOwners: true },
  input,
  output,
  async plan({ appId, connectorId, userRefId, roleSlug, waitSeconds, dryRun = false }, run) {
    const [person, { app, connector }] = await settleAll([
      resolvePerson(userRefId, run),
      resolvePlace(appId, connectorId, run),
    ]);
    const ref = { appId: app.id, connectorId: connector.id, userId: person.id, roleSlug };
    const write = run.api.connectorOwners.add(ref);
    const where = `${connector.label} of ${app.label}`;
    const result = (is: string, label = person.label, ending = "") => ({
      summary: `${label} ${is} an owner (${roleSlug}) of ${where} in ${run.tenant}${ending}.`,
      tenant: run.tenant,
      ...ref,
    });
    return {
      targets: ref,
      intent: `Make ${person.label} an owner (${roleSlug}) of ${where}`,
      request: write.request,
      named: [app, connector, person],
      dryRun,
      ifUnknown:
        "Look with find_connectors at the connector's owners; adding the same owner again is harmless.",
      guard: {
        key: JSON.stringify(["owner", ref]),
        what: "present owners",
        existsAlready: `${person.label} is an owner already`,
        ifExists: "done",
        find: (call) => findOwner(ref, person, run.api, call),
        describe: (_found, how) =>
          how === "existing"
            ? { ...result("was already", undefined, "; nothing was changed"), alreadyOwner: true }
            : { ...result("is now"), recovered: true },
      },
      async send(call) {
        try {
          const { user } = await write.send(call);
          return result("is now", user && describeUser({ ...user, id: person.id }));
        } catch (error) {
          throw await explainRole(error, ref, run, call);
        }
      },
      wait: { seconds: waitSeconds },
    };
  },
  watch({ appId, connectorId, userId, roleSlug }, _since, run) {
    const isPlaced = appId !== undefined && connectorId !== undefined;
    if (!isPlaced || userId === undefined || roleSlug === undefined) return undefined;
    return watchOwner({ appId, connectorId, userId, roleSlug }, run);
  },
});

async function resolvePerson(userRefId: string, run: Run): Promise<Person> {
  const [person] = await resolvePeople("userRefId", [userRefId], run);
  if (!person) throw new Failure("not_found", "userRefId: nobody was found.");
  return person;
}

async function findOwner(
  ref: ConnectorOwnerRef,
  { id, label }: Person,
  api: C1Api,
  call: Call,
): Promise<Reading<Existing>> {
  try {
    await api.connectorOwners.get(ref, call);
    return { items: [{ id, label }] };
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return { items: [] };
    throw error;
  }
}

/** C1 may not have the refused role, so the failure lists the roles that the connector shows. */
async function explainRole(error: unknown, ref: ConnectorOwnerRef, run: Run, call: Call): Promise<unknown> {
  if (!(error instanceof Failure) || error.changed !== "no") return error;
  if (error.status !== 400 && error.status !== 404) return error;
  const rows = await run.api.connectorOwners
    .list(ref.appId, ref.connectorId, {}, call)
    .catch(() => undefined);
  const slugs = [...new Set(rows?.items.flatMap(({ roleSlug }) => roleSlug ?? []))].slice(0, 5);
  const seen = slugs.length > 0 ? slugs.map((slug) => cleanText(slug, 60)).join(", ") : "none";
  const way = ref.roleSlug === DEFAULT_ROLE ? "Check the ids" : "Leave roleSlug out, or check it and the ids";
  return error.with({ next: `${way}; roles seen on this connector: ${seen}.` });
}
