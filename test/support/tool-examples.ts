import { TOOLS } from "../../src/tools/index.ts";
import { createLeapingClock } from "./leaping-clock.ts";
import { createRig, type Outcome, type Rig } from "./rig.ts";

const OKTA = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };

interface Example {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** One job from its first look-up to its last write, which calls each tool once. */
const EXAMPLES: readonly Example[] = [
  { tool: "whoami", args: {} },
  { tool: "find_users", args: { query: "jane" } },
  { tool: "find_policies", args: { query: "manager" } },
  { tool: "create_app", args: { displayName: "Acme CRM", owners: ["jane.doe@acme.example"] } },
  { tool: "find_apps", args: { query: "acme crm" } },
  { tool: "find_connector_types", args: { query: "okta_v2" } },
  { tool: "create_connector", args: { appId: "Acme CRM", catalogId: "okta_v2" } },
  {
    tool: "update_connector",
    args: { appId: "Acme CRM", connectorId: "Okta v2", config: OKTA, waitSeconds: 30 },
  },
  { tool: "sync_connector", args: { appId: "Acme CRM", connectorId: "Okta v2", waitSeconds: 30 } },
  {
    tool: "add_connector_user_owner",
    args: { appId: "Acme CRM", connectorId: "Okta v2", userRefId: "sam.lee@acme.example" },
  },
  { tool: "find_connectors", args: { appId: "Acme CRM", connectorId: "Okta v2" } },
];

/** A section of docs/tools.md per tool: a call and its answer, produced on a sandbox. */
export async function writeExamples(): Promise<string> {
  const rig = await createRig({ clock: createLeapingClock(), page: {} });
  try {
    const answers = new Map<string, string>();
    for (const example of EXAMPLES) answers.set(example.tool, await run(rig, example));
    const steady = steadyIn([...answers.values()].join("\n"));
    return TOOLS.map(({ name, title }) => {
      const answer = answers.get(name);
      if (answer === undefined) throw new Error(`test/support/tool-examples.ts calls ${name} nowhere`);
      return `### ${title}: \`${name}\`\n\n${steady(answer)}`;
    }).join("\n");
  } finally {
    await rig.close();
  }
}

async function run(rig: Rig, { tool, args }: Example): Promise<string> {
  const { isError, text, value }: Outcome = await rig.call(tool, args);
  if (isError) throw new Error(`the example of ${tool} failed: ${text}`);
  const block = (content: unknown) => `\`\`\`json\n${JSON.stringify(content, null, 2)}\n\`\`\`\n`;
  return `${block(args)}\n${block(value)}`;
}

/** Replaces everything that differs between runs: ids are numbered, and all times are on one day. */
function steadyIn(all: string): (text: string) => string {
  const ids = [...new Set(all.match(/\b[0-9A-Za-z]{27}\b/g) ?? [])];
  const names = new Map(ids.map((id, index) => [id, `2Example${String(index + 1).padStart(19, "0")}`]));
  return (text) =>
    text
      .replace(/\b[0-9A-Za-z]{27}\b/g, (id) => names.get(id) ?? id)
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T09:00:00Z");
}
