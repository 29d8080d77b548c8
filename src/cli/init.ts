import { realpathSync } from "node:fs";
import { homedir } from "node:os";
import type { Environment } from "../config/load.ts";
import { CLIENT_NAMES, type ClientName } from "../init/clients.ts";
import { printEntry, runInit } from "../init/run.ts";
import { writeStderr } from "../log/stderr.ts";
import { formatHint, nearestName } from "../nearest.ts";
import type { Arguments } from "./args.ts";
import type { Output } from "./output.ts";

/**
 * `init <client>`: sets this server up in a client's configuration file, or takes it out again. Returns 0 when all is as
 * asked for, 1 when the file had to be left as it is, 2 when the command line makes no sense.
 */
export async function runInitCommand(args: Arguments, env: Environment, output: Output): Promise<number> {
  const { sandbox } = args;
  const client = readClient(args);
  if (client === undefined) return 2;
  const at = { platform: process.platform, env, home: homedir(), cwd: process.cwd() };
  const script = realpathSync(process.argv[1] ?? "");
  if (args.print) {
    await output.print(printEntry({ client, script, sandbox, at }));
    return 0;
  }
  const { ok, lines } = runInit({
    client,
    script,
    sandbox,
    at,
    dryRun: args.dryRun === true,
    remove: args.remove === true,
    force: args.force === true,
    now: new Date(),
  });
  const text = `${lines.join("\n")}\n`;
  if (!ok) {
    writeStderr(text);
    return 1;
  }
  await output.print(text);
  return 0;
}

/** Without a name `--print` shows the form that most clients read. */
function readClient({ client, print }: Arguments): ClientName | undefined {
  if (client === undefined && print) return "claude-code";
  const known = CLIENT_NAMES.find((name) => name === client);
  if (known) return known;
  const nearest = client === undefined ? undefined : nearestName(client, CLIENT_NAMES);
  const what = client === undefined ? "init needs a client" : `init knows no client ${client}`;
  const hint = formatHint(nearest) || `: one of ${CLIENT_NAMES.join(", ")}`;
  writeStderr(`${what}${hint}\n`);
  return undefined;
}
