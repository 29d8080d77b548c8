import { z } from "zod/v3";
import { ID, type Identity } from "../c1/port.ts";
import { WRITE_TOOL_NAMES } from "../config/tool-names.ts";
import { cleanText, quoteForeign } from "../text.ts";
import { defineRead } from "./define.ts";
import { lookUp } from "./look-up.ts";
import { describeUser } from "./resolve-people.ts";
import { OWNER_ROLE } from "./roles.ts";
import { allowsWrite, scopeOf } from "./scopes.ts";

/** What is shown of an id, in characters; C1's have 27. */
const MAX_ID = 60;

/**
 * By tool: "yes" or "unknown", with what a write waits for, or "no" with the setting that switches it off or the scope that the
 * caller's token lacks.
 */
const may = z.record(z.string());

const output = z.object({
  summary: z.string(),
  tenant: z.string(),
  userId: z.string().optional(),
  principalId: z.string().optional(),
  credential: z.string().optional(),
  roles: z.array(z.string()),
  may,
  unchecked: z.array(z.string()).optional(),
});

/** `GET /api/v1/auth/introspect` */
export const whoami = defineRead({
  name: "whoami",
  title: "Who am I",
  description:
    "Show who I am in ConductorOne (who is logged in): the tenant, the credential's identity (account), roles and permissions, and what it may do.",
  roles: { names: [] },
  input: z.object({}).strict(),
  output,
  // Whoever can be introspected at all may do this.
  probe: async () => undefined,
  async read(_args, run) {
    const { credential } = run.api;
    const identity = await run.api.session.introspect(run.call);
    const { userId } = identity;
    // Introspection has no name; a basic user may not even read their own record.
    const user = userId && (await lookUp("name of the user", run, (call) => run.api.users.get(userId, call)));
    const who = user ? describeUser(user) : nameIdentity(identity);
    const by = credential === undefined ? "" : ` by the credential ${credential}`;
    const missing = listMissing(run.caller?.scopes);
    const answer = identity.roles.includes(OWNER_ROLE) ? "yes" : "unknown";
    const permit = (tool: string) => (run.needsConsent(tool) ? `${answer}, after a person agrees` : answer);
    const mayCall = (tool: string) => {
      const setting = run.offBy(tool);
      if (setting !== undefined) return `no, switched off by ${setting}`;
      return missing.includes(scopeOf(tool)) ? `no, the token lacks ${scopeOf(tool)}` : permit(tool);
    };
    const roles = identity.roles.slice(0, 20).map((role) => cleanText(role, 80));
    return {
      summary: `${who} in ${run.tenant}${by}, roles: ${roles.map((role) => quoteForeign(role, 80)).join(", ") || "none shown"}.${describeMissing(missing)}`,
      tenant: run.tenant,
      ...(userId !== undefined && { userId: cleanText(userId, MAX_ID) }),
      ...(identity.principalId !== undefined && { principalId: cleanText(identity.principalId, MAX_ID) }),
      ...(credential !== undefined && { credential }),
      roles,
      may: Object.fromEntries(WRITE_TOOL_NAMES.map((name) => [name, mayCall(name)])),
      ...(run.unchecked.length > 0 && { unchecked: run.unchecked }),
    } as const;
  },
});

/** Without a name, which only the user's record has. */
function nameIdentity({ userId, principalId }: Identity): string {
  if (userId !== undefined) return nameId(userId);
  return principalId === undefined ? "unknown identity" : `service principal ${nameId(principalId)}`;
}

/** For a sentence: quoted unless it has the form of an id. */
function nameId(id: string): string {
  return ID.test(id) ? id : quoteForeign(id, MAX_ID);
}

/** The scopes of the tools that this caller may not call, whatever the credential may do. Over stdio no scopes are needed. */
function listMissing(scopes: readonly string[] | undefined): string[] {
  if (scopes === undefined) return [];
  return WRITE_TOOL_NAMES.filter((name) => !allowsWrite(scopes, name)).map(scopeOf);
}

function describeMissing(scopes: readonly string[]): string {
  return scopes.length === 0 ? "" : ` The caller's token lacks the scopes ${scopes.join(", ")}.`;
}
