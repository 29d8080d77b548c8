import { isDeepStrictEqual } from "node:util";
import { z } from "zod/v3";
import type { App } from "../c1/port.ts";
import type { JsonObject } from "../json.ts";
import { cleanText, quoteForeign } from "../text.ts";
import { bounded } from "./bounds.ts";
import { defineWrite } from "./define.ts";
import {
  createResult,
  dryRun,
  id,
  ifExists,
  MAX_DIRECT_OWNERS,
  name,
  nameOrId,
  prose,
  userRefs,
} from "./fields.ts";
import { foldName } from "./fold-name.ts";
import type { Existing } from "./named.ts";
import { findAppsNamed } from "./resolve-app.ts";
import { labels, resolvePeople } from "./resolve-people.ts";
import { type PolicySlot, resolvePolicy } from "./resolve-policy.ts";
import { settleAll } from "./settle-all.ts";

const IDENTITY_MATCHING = [
  "APP_USER_IDENTITY_MATCHING_UNSPECIFIED",
  "APP_USER_IDENTITY_MATCHING_STRICT",
  "APP_USER_IDENTITY_MATCHING_DISPLAY_NAME",
  "APP_USER_IDENTITY_MATCHING_CUSTOM",
] as const;

const INT32 = 2 ** 31;

const MAX_ANNOTATIONS = 16;

/** C1's rules for annotations: at most 16, 4096 bytes in total, URL-safe keys and values, `c1/` reserved. */
const annotations = bounded(z.record(z.string()), MAX_ANNOTATIONS).superRefine((map, context) => {
  const refuse = (message: string, key?: string) =>
    context.addIssue({ code: "custom", message, path: key === undefined ? [] : [key] });
  const entries = Object.entries(map);
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
    instructions: prose.describe("Shown to requesters").optional(),
    owners: userRefs.describe("Ids or e-mails").optional(),
    appEntitlementOwnerRefs: bounded(
      z.array(z.object({ appId: id, id }).strict()),
      MAX_DIRECT_OWNERS,
    ).optional(),
    grantPolicyId: nameOrId.optional(),
    revokePolicyId: nameOrId.optional(),
    certifyPolicyId: nameOrId.optional(),
    identityMatching: z.enum(IDENTITY_MATCHING).optional(),
    monthlyCostUsd: z
      .number()
      .int()
      .refine((value) => value >= 0 && value < INT32, `must be from 0 to ${INT32 - 1}`)
      .describe("Per seat")
      .optional(),
    strictAccessEntitlementProvisioning: z.boolean().optional(),
    annotations: annotations.optional(),
    ifExists,
    dryRun,
  })
  .strict();

const output = z.object({
  ...createResult,
  appId: z.string().optional(),
  displayName: z.string().optional(),
});

/** `POST /api/v1/apps` */
export const createApp = defineWrite({
  name: "create_app",
  title: "Create app",
  description:
    "Create a new app: make, add, register, set up or onboard an app (application) in ConductorOne, to govern access to it. The credential's own user becomes an owner too.",
  effect: "create",
  roles: { names: ["Application Admin", "Super Admin"] },
  input,
  output,
  async plan({ owners, ifExists, dryRun = false, ...fields }, run) {
    const policy = (field: "grantPolicyId" | "revokePolicyId" | "certifyPolicyId", slot: PolicySlot) => {
      const ref = fields[field];
      return ref === undefined ? undefined : resolvePolicy(field, slot, ref, run);
    };
    const [people, grantPolicy, revokePolicy, certifyPolicy] = await settleAll([
      owners && resolvePeople("owners", owners, run),
      policy("grantPolicyId", "GRANT"),
      policy("revokePolicyId", "REVOKE"),
      policy("certifyPolicyId", "CERTIFY"),
    ]);
    const write = run.api.apps.create({
      ...fields,
      owners: people?.map((person) => person.id),
      grantPolicyId: grantPolicy?.id,
      revokePolicyId: revokePolicy?.id,
      certifyPolicyId: certifyPolicy?.id,
    });
    const named = quoteForeign(fields.displayName, 120);
    const owned = `${people?.length ? `${labels(people)} and ` : ""}the credential's own user`;
    const result = (app: { id: string; displayName?: string }, did: string) => ({
      summary: `${did} app ${quoteForeign(app.displayName ?? fields.displayName, 120)} in ${run.tenant}`,
      tenant: run.tenant,
      appId: app.id,
      displayName: cleanText(app.displayName ?? fields.displayName),
      next: "create_connector with this appId",
    });
    const created = (app: App) => {
      const shown = result(app, "Created");
      return {
        ...shown,
        summary: `${shown.summary}; owners: ${owned} (C1 may show them only minutes later).`,
      };
    };
    return {
      targets: {
        displayName: fields.displayName,
        ...(people && { owners: people.map((person) => person.id) }),
      },
      intent: `Create app ${named} owned by ${owned}`,
      request: write.request,
      named: [...(people ?? []), grantPolicy, revokePolicy, certifyPolicy].filter(isSet),
      dryRun,
      ifUnknown: `Look with find_apps for an app named ${named} before trying again.`,
      guard: {
        key: JSON.stringify(["app", foldName(fields.displayName)]),
        what: "apps of that name",
        existsAlready: `An app named ${named} exists already`,
        ifExists,
        find: (call) => findAppsNamed(fields.displayName, run, call),
        isSent: (found: App & Existing) => isSameApp(write.request.body, found),
        idKey: "appId",
        describe(found: App & Existing, how) {
          // Owners become visible only later, so the result claims nothing about them.
          if (how === "recovered") {
            const seen = result(found, "Created");
            return {
              ...seen,
              summary: `${seen.summary}; its owners were not looked at.`,
              recovered: true,
            };
          }
          const shown = result(found, "Reused");
          const notApplied = Object.keys({ owners, ...fields }).filter(isAsked({ owners, ...fields }));
          const hasOwners = owners ?? fields.appEntitlementOwnerRefs;
          const kept = hasOwners === undefined ? "" : ", and its owners stay as they are";
          return {
            ...shown,
            summary: `${shown.summary}; nothing was sent${kept}.`,
            existing: true,
            ...listed(notApplied),
            ...(notApplied.length > 0 && { next: `${shown.next}; ${howToApply(notApplied)}` }),
          };
        },
      },
      send: async (call) => created(await write.send(call)),
    };
  },
});

const TEXTS = ["displayName", "description", "instructions"] as const;

const CHOICES = [
  "grantPolicyId",
  "revokePolicyId",
  "certifyPolicyId",
  "identityMatching",
  "monthlyCostUsd",
  "strictAccessEntitlementProvisioning",
] as const;

/** Whether a listed app matches everything that was sent and that the list shows. C1 may have chosen values for omitted fields. */
function isSameApp(sent: JsonObject, shown: App): boolean {
  const isText = TEXTS.every((key) => (sent[key] ?? "") === (shown[key] ?? ""));
  // C1 may return zero and false as unset.
  const isChosen = CHOICES.every(
    (key) => sent[key] === undefined || (sent[key] || undefined) === (shown[key] || undefined),
  );
  return isText && isChosen && isDeepStrictEqual({ ...shown.annotations }, sent.annotations ?? {});
}

function isAsked(fields: Record<string, unknown>): (name: string) => boolean {
  return (name) => name !== "displayName" && fields[name] !== undefined;
}

function isSet<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** No tool changes an app, so this is the way through C1's console, as its documents describe it. */
function howToApply(notApplied: readonly string[]): string {
  const where = notApplied.every((field) => field === "owners" || field === "appEntitlementOwnerRefs")
    ? "the pencil beside Owners"
    : "its Overview";
  return `a person can set what was not applied in the C1 console: Apps, the app, ${where}`;
}

function listed(notApplied: string[]): { notApplied?: string[] } {
  return notApplied.length > 0 ? { notApplied } : {};
}
