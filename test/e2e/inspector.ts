import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { check, type Ended, type Kit, MAIN, startHttp } from "./kit.ts";
import type { Suite } from "./suite.ts";

const VERSION = "2.12.0";

const ERAS = { legacy: "2025-11-25", modern: "2026-07-28" } as const;
type Era = keyof typeof ERAS;
type Transport = "stdio" | "http";

interface Tool {
  readonly name: string;
}

/** Prepares the Inspector's command line for one server entry. */
async function openInspector(kit: Kit, era: Era, transport: Transport) {
  const prefix = await kit.install("@modelcontextprotocol/inspector", VERSION);
  const entry =
    transport === "stdio"
      ? { type: "stdio", command: "node", args: [MAIN, "stdio", "--sandbox"] }
      : { type: "streamable-http", url: await startHttp(kit) };
  const folder = join(kit.folder, `inspector-${era}-${transport}`);
  await mkdir(folder, { recursive: true });
  const config = join(folder, "inspector.json");
  await writeFile(config, JSON.stringify({ mcpServers: { c1: { ...entry, protocolEra: era } } }));
  const env = { ...(await kit.cleanEnv("inspector")), MCP_INSPECTOR_SECRET_STORE: "memory" };
  const script = join(prefix, "node_modules", ".bin", "mcp-inspector");
  const common = [script, "--cli", "--config", config, "--server", "c1", "--format", "json"];
  return async (...args: string[]): Promise<Ended> =>
    kit.run(await kit.node(), [...common, ...args], { env, cwd: folder });
}

function resultOf({ stdout, stderr }: Ended): Record<string, unknown> {
  const line = stdout.split("\n").find((candidate) => candidate.startsWith('{"result":'));
  check(line !== undefined, "the Inspector shows no result", `${stdout}\n${stderr}`);
  return (JSON.parse(line) as { result: Record<string, unknown> }).result;
}

async function drive(kit: Kit, era: Era, transport: Transport): Promise<string> {
  const inspect = await openInspector(kit, era, transport);

  const opened = await inspect("--method", "initialize");
  check(opened.code === 0, "initialize fails", opened.stderr);
  const { protocolVersion } = resultOf(opened);
  check(protocolVersion === ERAS[era], `it speaks ${String(protocolVersion)}`);

  const listed = await inspect("--method", "tools/list");
  check(listed.code === 0, "tools/list fails", listed.stderr);
  const tools = (resultOf(listed).tools as Tool[]).map(({ name }) => name);
  for (const name of ["create_app", "create_connector", "add_connector_user_owner", "whoami"]) {
    check(tools.includes(name), `${name} is not listed`, tools);
  }
  check(!/[1-9]\d* errors?,/.test(listed.stderr), "its schema check finds errors", listed.stderr);

  const call = ["--method", "tools/call", "--tool-name"];
  const found = await inspect(...call, "find_users", "--tool-arg", "query=jane.doe@acme.example");
  check(found.code === 0, "tools/call fails", found.stderr);
  check(
    JSON.stringify(resultOf(found).structuredContent).includes("Jane Doe"),
    "find_users does not find Jane Doe",
    found.stdout,
  );

  const created = await inspect(...call, "create_app", "--tool-arg", "displayName=Inspector CRM");
  const made = resultOf(created);
  const value = made.structuredContent as { appId?: string } | undefined;
  check(created.code === 0 && value?.appId, "create_app does not work", made);

  const refused = await inspect(...call, "create_app", "--tool-args-json", '{"displayName":7}');
  check(refused.code === 5, `bad arguments end with ${refused.code}, not with 5 (tool_is_error)`);
  check(/displayName/.test(JSON.stringify(resultOf(refused))), "the field is not named", refused.stdout);
  return `${tools.length} tools`;
}

export const inspector: Suite = {
  name: "inspector",
  what: `MCP Inspector ${VERSION} from the command line: open, list, look up, write, be refused`,
  checks: (["stdio", "http"] as const).flatMap((transport) =>
    (["legacy", "modern"] as const).map((era) => ({
      name: `the Inspector over ${transport}, ${ERAS[era]}: initialize, tools/list, tools/call, bad arguments`,
      run: (kit: Kit) => drive(kit, era, transport),
    })),
  ),
};
