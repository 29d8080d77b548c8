import { z } from "zod/v3";
import { Failure } from "../errors.ts";
import type { Http } from "./http.ts";
import { dropUndefined, text, texts } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api } from "./port.ts";
import { CHECK_CREDENTIAL } from "./problem.ts";

// "principleId" is the API's spelling.
const identitySchema = z.object({
  userId: text,
  principleId: text,
  tenantId: text,
  roles: texts,
  permissions: texts,
});

export function createSession(http: Http): C1Api["session"] {
  return {
    async introspect(call) {
      const { principleId, ...identity } = await http.request(
        {
          operation: "read who the credential is",
          method: "GET",
          path: buildPath("/api/v1/auth/introspect", {}),
          write: false,
          parse: (answer) => identitySchema.parse(answer),
        },
        call,
      );
      if (identity.userId === undefined && principleId === undefined) {
        throw new Failure("not_authenticated", "C1 answered without saying who the credential is.", {
          next: CHECK_CREDENTIAL,
        });
      }
      return dropUndefined({ ...identity, principalId: principleId });
    },
  };
}
