import type { C1Api, Call, Identity } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { Tool } from "../tools/define.ts";
import { TOOLS } from "../tools/index.ts";
import { OWNER_ROLE } from "../tools/roles.ts";
import { blockedBy } from "../tools/switches.ts";
import { checkLimits } from "./check-limits.ts";
import { type Finding, ok, skip, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Whether a tool's probe was allowed, or why that is not known. */
type Trial = "allowed" | "refused" | { readonly unknown: string };

/** Whether each tool may be used: yes, no because a read was refused, or unknown. Writes nothing to find out. */
export async function checkTools(setup: Setup, identity: Identity, api: C1Api): Promise<Finding[]> {
  const { settings, problems } = setup.configuration;
  const wrong = [...new Set(problems.map(({ setting }) => setting))];
  // The server answers every call with these problems.
  if (wrong.length > 0)
    return [skip(`no tool runs until ${wrong.join(" and ")} ${wrong.length === 1 ? "is" : "are"} corrected`)];
  const call = checkLimits(setup);
  const trials = await Promise.all(TOOLS.map((tool) => tryTool(tool, api, call)));
  return TOOLS.map((tool, index) => ({ subject: tool.name, ...judgeTool(tool, trials[index]) }));

  function judgeTool(tool: Tool, trial: Trial | undefined): Finding {
    const { roles } = tool;
    const setting = blockedBy(tool.name, tool.effect !== "read", settings);
    if (setting !== undefined) return skip(`switched off by ${setting}`);
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

/** Undefined if there is nothing to try it with. */
async function tryTool(tool: Tool, api: C1Api, call: Call): Promise<Trial | undefined> {
  if (tool.effect !== "read" || !tool.probe) return undefined;
  try {
    const unknown = await tool.probe(api, call);
    return unknown === undefined ? "allowed" : { unknown };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.code === "forbidden" ? "refused" : { unknown: `trying it failed (${error.code})` };
  }
}
