import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, part, text } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, ConnectorOwner } from "./port.ts";
import { parseUser } from "./users.ts";
import { prepareWrite } from "./write.ts";

const ownerSchema = z.object({ roleSlug: text, createdAt: text, user: z.unknown() });
const answerSchema = z.object({ connectorOwnerUser: part(ownerSchema) });

/** Any JSON object is a success here: the row itself may be missing until C1 shows it. */
function parseAdded(answer: Fields): ConnectorOwner {
  const { roleSlug, createdAt, user: record } = answerSchema.parse(answer).connectorOwnerUser ?? {};
  const user = parseUser(record);
  return dropUndefined({ userId: user?.id, roleSlug, createdAt, user });
}

export function createConnectorOwners(http: Http): C1Api["connectorOwners"] {
  return {
    add({ appId, connectorId, roleSlug, userId }) {
      const path = buildPath(
        "/api/v2/apps/{appId}/connectors/{connectorId}/owners/users/{roleSlug}/{userId}",
        {
          appId,
          connectorId,
          roleSlug,
          userId,
        },
      );
      const body = { userRef: { id: userId } };
      return prepareWrite(http, { operation: "add the connector owner", path, body, parse: parseAdded });
    },
  };
}
