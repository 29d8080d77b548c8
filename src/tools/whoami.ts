import { z } from "zod/v3";
import { WRITE_TOOL_NAMES } from "../config/tool-names.ts";
import { cleanText } from "../text.ts";
import { defineRead } from "./define.ts";
import { lookUp } from "./look-up.ts";
import { describeUser } from "./resolve-people.ts";

/** The one role name that is known to allow everything; what the others allow is not published. */
const OWNER_ROLE = "system:owner";

const may = z.enum(["yes", "unknown"]);

const output = z.object({
  summary: z.string(),
  tenant: z.string(),
  userId: z.string().optional(),
  principalId: z.string().optional(),
  roles: z.array(z.string()),
  may: z.record(may),
  unchecked: z.array(z.string()).optional(),
});

/** `GET /api/v1/auth/introspect` */
export const whoami = defineRead({
  name: "whoami",
  title: "Who am I",
  description: "Show the tenant, the credential's identity and roles, and what of the job it may do.",
  roles: { names: [] },
  input: z.object({}).strict(),
  output,
  async read(_args, run) {
    const identity = await run.api.session.introspect(run.call);
    const { userId } = identity;
    // Introspection has no name; a basic user may not even read their own record.
    const user = userId && (await lookUp("name of the user", run, (call) => run.api.users.get(userId, call)));
    const principal = identity.principalId ? `service principal ${identity.principalId}` : "unknown identity";
    const who = user ? describeUser(user) : (userId ?? principal);
    const answer: z.infer<typeof may> = identity.roles.includes(OWNER_ROLE) ? "yes" : "unknown";
    const roles = identity.roles.slice(0, 20).map((role) => cleanText(role, 80));
    return {
      summary: `${who} in ${run.tenant}, roles: ${roles.join(", ") || "none shown"}.`,
      tenant: run.tenant,
      ...(userId !== undefined && { userId }),
      ...(identity.principalId !== undefined && { principalId: identity.principalId }),
      roles,
      may: Object.fromEntries(WRITE_TOOL_NAMES.map((name) => [name, answer])),
      ...(run.unchecked.length > 0 && { unchecked: run.unchecked }),
    } as const;
  },
});
