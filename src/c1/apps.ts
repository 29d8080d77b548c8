import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, readPage, text } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { App, AppInput, C1Api, JsonObject } from "./port.ts";
import { buildBody, prepareWrite } from "./write.ts";

const appSchema = z.object({
  id: z.string().min(1),
  displayName: text,
  description: text,
  createdAt: text,
  deletedAt: text,
});
const answerSchema = z.object({ app: appSchema });

function parseApp(answer: Fields): App | undefined {
  const app = answerSchema.safeParse(answer).data?.app;
  return app && dropUndefined(app);
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
        { operation: "read the app", method: "GET", path, write: false, parse: parseApp },
        call,
      );
    },
    async search(query, page, call) {
      return http.request(
        {
          operation: "search apps",
          method: "POST",
          path: buildPath("/api/v1/search/apps", {}),
          body: JSON.stringify(buildBody({ ...query, ...page })),
          write: false,
          parse: (answer) => readPage(answer, appSchema),
        },
        call,
      );
    },
    create(input) {
      const path = buildPath("/api/v1/apps", {});
      return prepareWrite(http, {
        operation: "create the app",
        path,
        body: buildCreateBody(input),
        parse: parseApp,
      });
    },
  };
}
