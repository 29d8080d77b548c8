import { z } from "zod/v3";
import type { JsonObject } from "../json.ts";
import type { Http } from "./http.ts";
import {
  amount,
  differs,
  type Fields,
  isOld,
  objectId,
  optionalFlag,
  readRecord,
  text,
  textMap,
} from "./parse.ts";
import { buildPath } from "./path.ts";
import type { App, AppInput, C1Api } from "./port.ts";
import { createSearch } from "./search.ts";
import { buildBody, prepareWrite } from "./write.ts";

const appSchema = z.object({
  id: objectId,
  displayName: text,
  description: text,
  instructions: text,
  grantPolicyId: text,
  revokePolicyId: text,
  certifyPolicyId: text,
  identityMatching: text,
  monthlyCostUsd: amount,
  strictAccessEntitlementProvisioning: optionalFlag,
  annotations: textMap,
  createdAt: text,
  deletedAt: text,
});
const readApp = readRecord(appSchema);

/** Accepts only the app that was asked for. */
function parseApp({ app: record }: Fields, id: string): App | undefined {
  const app = readApp(record);
  return app?.id === id ? app : undefined;
}

/** A new app that is live and has the name that was sent. */
function parseCreated({ app: record }: Fields, sent: AppInput, date?: number): App | undefined {
  const app = readApp(record);
  if (app === undefined || app.deletedAt !== undefined || isOld(app.createdAt, date)) return undefined;
  const isOther =
    differs(app.displayName, sent.displayName) || differs(app.description, sent.description ?? "");
  return isOther ? undefined : app;
}

function buildCreateBody(input: AppInput): JsonObject {
  return buildBody({
    displayName: input.displayName,
    description: input.description,
    instructions: input.instructions,
    owners: input.owners,
    appEntitlementOwnerRefs: input.appEntitlementOwnerRefs?.map(({ appId, id }) => ({ appId, id })),
    grantPolicyId: input.grantPolicyId,
    revokePolicyId: input.revokePolicyId,
    certifyPolicyId: input.certifyPolicyId,
    identityMatching: input.identityMatching,
    monthlyCostUsd: input.monthlyCostUsd,
    strictAccessEntitlementProvisioning: input.strictAccessEntitlementProvisioning,
    annotations: input.annotations,
  });
}

export function createApps(http: Http): C1Api["apps"] {
  return {
    async get(id, call) {
      const path = buildPath("/api/v1/apps/{appId}", { appId: id });
      return http.request(
        {
          operation: "read the app",
          method: "GET",
          path,
          write: false,
          parse: (answer) => parseApp(answer, id),
        },
        call,
      );
    },
    search: createSearch(http, "apps", readApp),
    create(input) {
      const path = buildPath("/api/v1/apps", {});
      return prepareWrite(http, {
        operation: "create the app",
        path,
        body: buildCreateBody(input),
        parse: (answer, date) => parseCreated(answer, input, date),
      });
    },
  };
}
