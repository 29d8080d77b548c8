import type { C1Api, Identity } from "../c1/port.ts";
import type { Settings } from "../config/schema.ts";
import { Failure } from "../errors.ts";
import type { Tool } from "../tools/define.ts";
import { TOOLS } from "../tools/index.ts";
import { OWNER_ROLE } from "../tools/roles.ts";
import { checkLimits } from "./check-limits.ts";
import { type Finding, ok, skip, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Whether a harmless read of the same kind was allowed, or why that is not known. */
type Trial = "allowed" | "refused" | { readonly unknown: string };

/** Whether each tool may be used: yes, no because a read was refused, or unknown. Writes nothing to find out. */
export async function checkTools(setup: Setup, identity: Identity, api: C1Api): Promise<Finding[]> {
  const { settings } = setup.configuration;
  const trials = await tryReads(setup, api);
  return TOOLS.map((tool) => ({ subject: tool.name, ...judgeTool(tool) }));

  function judgeTool(tool: Tool): Finding {
    const { name, roles } = tool;
    const setting = switchedOffBy(tool, settings);
    if (setting !== undefined) return skip(`switched off by ${setting}`);
    const trial = trials[name];
    const documented = `C1 documents this for ${roles.names.join(" and ")}.`;
    if (trial === "refused") {
      const fix = `${documented} Ask a C1 administrator for one of these roles.`;
      return warn("no, C1 refused it to this credential", fix);
    }
    if (identity.roles.includes(OWNER_ROLE)) return ok(`yes (role ${OWNER_ROLE})`);
    if (trial === "allowed") return ok(`yes (a read of that kind was allowed)`);
    const why = trial ? `, ${trial.unknown}` : ": only the call itself can tell";
    return warn(`unknown${why}`, documented);
  }
}

async function tryReads(setup: Setup, api: C1Api): Promise<Readonly<Record<string, Trial>>> {
  const call = checkLimits(setup);
  const page = { pageSize: 10 };
  const apps = api.apps.search({}, page, call);
  const connectors = apps.then(async ({ items: [app] }): Promise<Trial> => {
    if (!app) return { unknown: "there is no app to try it on" };
    await api.connectors.list(app.id, page, call);
    return "allowed";
  });
  const [find_apps, find_connectors, find_users, find_policies] = await Promise.all([
    judge(apps),
    judge(connectors),
    judge(api.users.search({}, page, call)),
    judge(api.policies.search({}, page, call)),
  ]);
  return { find_apps, find_connectors, find_users, find_policies, whoami: "allowed" };
}

async function judge(read: Promise<unknown>): Promise<Trial> {
  try {
    const answer = await read;
    return typeof answer === "object" && answer !== null && "unknown" in answer
      ? (answer as Trial)
      : "allowed";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.code === "forbidden" ? "refused" : { unknown: `trying it failed (${error.code})` };
  }
}

function switchedOffBy({ name, effect }: Tool, { readOnly, tools, writes }: Settings): string | undefined {
  if (tools && !tools.includes(name)) return "C1_MCP_TOOLS";
  if (effect === "read") return undefined;
  if (readOnly) return "C1_MCP_READ_ONLY";
  return (writes.byTool[name] ?? writes.default) === "block" ? "C1_MCP_WRITES" : undefined;
}
