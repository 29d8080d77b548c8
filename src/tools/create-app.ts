import { z } from "zod/v3";
import { cleanText } from "../text.ts";
import { defineWrite } from "./define.ts";
import { id, name, prose, userRefs, writeResult } from "./fields.ts";
import { labels, resolvePeople } from "./resolve.ts";

const IDENTITY_MATCHING = [
  "APP_USER_IDENTITY_MATCHING_UNSPECIFIED",
  "APP_USER_IDENTITY_MATCHING_STRICT",
  "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
  "APP_USER_IDENTITY_MATCHING_CUSTOM",
] as const;

const INT32 = 2 ** 31;

/** C1's rules for annotations: at most 16, 4096 bytes together, keys and values URL-safe, `c1/` reserved. */
const annotations = z.record(z.string()).superRefine((map, context) => {
  const refuse = (message: string, key?: string) =>
    context.addIssue({ code: "custom", message, path: key === undefined ? [] : [key] });
  const entries = Object.entries(map);
  if (entries.length > 16) refuse("must have at most 16 entries");
  if (entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0) > 4096) {
    refuse("must have at most 4096 bytes together");
  }
  for (const [key, value] of entries) {
    if (!/^[A-Za-z][A-Za-z0-9._/-]{0,127}$/.test(key)) {
      refuse("the key must start with a letter and hold letters, digits, . _ / - only (128 at most)", key);
    }
    if (key.startsWith("c1/")) refuse("the prefix c1/ is reserved by C1", key);
    if (!/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]{0,256}$/.test(value)) {
      refuse("the value must be URL-safe ASCII (256 characters at most)", key);
    }
  }
});

const input = z
  .object({
    displayName: name,
    description: prose.optional(),
    instructions: prose.describe("Shown to people who request access").optional(),
    owners: userRefs.describe("User ids or e-mails").optional(),
    appEntitlementOwnerRefs: z
      .array(z.object({ appId: id, id }).strict())
      .refine((list) => list.length <= 32, "must have at most 32 entries")
      .optional(),
    grantPolicyId: id.optional(),
    revokePolicyId: id.optional(),
    certifyPolicyId: id.optional(),
    identityMatching: z.enum(IDENTITY_MATCHING).optional(),
    monthlyCostUsd: z
      .number()
      .int()
      .refine((value) => value >= -INT32 && value < INT32, "must fit into 32 bits")
      .describe("Per seat")
      .optional(),
    strictAccessEntitlementProvisioning: z.boolean().optional(),
    annotations: annotations.optional(),
  })
  .strict();

const output = z.object({ ...writeResult, appId: z.string(), displayName: z.string() });

/** `POST /api/v1/apps` */
export const createApp = defineWrite({
  name: "create_app",
  title: "Create app",
  description:
    "Create an app in C1; the credential's own user becomes an owner too. Next: create_connector with the returned appId.",
  effect: "create",
  roles: "C1 documents this for Application Admin and Super Admin. Ask a C1 administrator for the role.",
  input,
  output,
  async plan({ owners, ...fields }, run) {
    const people = owners && (await resolvePeople("owners", owners, run));
    const write = run.api.apps.create({ ...fields, owners: people?.map((person) => person.id) });
    return {
      targets: {
        displayName: fields.displayName,
        ...(people && { owners: people.map((person) => person.id) }),
      },
      intent: `Create app "${cleanText(fields.displayName, 120)}"${people?.length ? ` with owners ${labels(people)}` : ""}`,
      request: write.request,
      ifUnknown: `Look in C1 for an app named "${cleanText(fields.displayName, 80)}" before trying again.`,
      async send(call) {
        const app = await write.send(call);
        const displayName = cleanText(app.displayName ?? fields.displayName);
        const also = people?.length ? `${labels(people)} and ` : "";
        return {
          summary: `Created app "${displayName}" in ${run.tenant}; owners: ${also}the credential's own user (C1 may show them only minutes later).`,
          tenant: run.tenant,
          appId: app.id,
          displayName,
          next: "create_connector with this appId",
        };
      },
    };
  },
});
