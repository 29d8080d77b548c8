import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { readSettled } from "./memory.ts";
import type { Peer } from "./options.ts";
import { HAS_PROC } from "./proc.ts";
import type { StartOptions } from "./processes.ts";
import { megabytes, ms, type Part, times } from "./report.ts";
import { DUMMY, FLOOR, runStarts, type Starter, startFloor } from "./start.ts";
import { median, spreadOf } from "./stats.ts";
import { connectStdio, open } from "./stdio-client.ts";

interface Server {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly options: StartOptions;
}

export const measurePeers: Part = async ({ peers, main, effort, progress }) => {
  const servers: Server[] = [
    { name: "ours", command: [process.execPath, main, "stdio"], options: { env: DUMMY } },
    ...peers.map(describePeer),
  ];
  const rounds = Math.min(effort.starts, 15);
  const measured = await runStarts([startFloor, ...servers.map(startServer)], rounds, progress);
  const floor = median(measured.get(FLOOR) ?? []);
  const rows = [];
  for (const server of servers) {
    progress(`peers: ${server.name}`);
    const { p10, p50, p90 } = spreadOf(measured.get(server.name) ?? []);
    const { tools, tokens, memory } = await look(server);
    rows.push([
      server.name,
      ms(p50),
      `${ms(p10)} .. ${ms(p90)}`,
      times(p50 / floor),
      String(tools),
      String(tokens),
      (tokens / Math.max(1, tools)).toFixed(0),
      memory,
    ]);
  }
  return {
    title: "Beside other servers",
    method:
      `Start to the answer to \`tools/list\` of a 2025 client, ${rounds} starts of each, taking turns with \`node -e 0\` (${ms(floor)} ms). Tokens are those of the tools in ` +
      "`tools/list` (o200k). Memory is VmRSS half a second later, with that of the processes it started.",
    tables: [
      {
        head: ["Server", "median ms", "p10 .. p90", "x floor", "tools", "tokens", "per tool", "RSS"],
        rows,
      },
    ],
  };
};

/** The name contains no local path, only the last segment of each. */
function describePeer({ command, env }: Peer): Server {
  const name = command.map((word) => word.split(/[\\/]/).at(-1) ?? word).join(" ");
  return { name: `\`${name}\``, command, options: { env, group: process.platform !== "win32" } };
}

function startServer({ name, command, options }: Server): Starter {
  return async () => {
    const client = connectStdio(command, "2025", options);
    const { listMs } = await open(client, "2025");
    await client.end();
    return { [name]: listMs };
  };
}

async function look({ command, options }: Server) {
  const client = connectStdio(command, "2025", options);
  const { list } = await open(client, "2025");
  const { tools } = (JSON.parse(list) as { result: { tools: object[] } }).result;
  const memory = HAS_PROC ? megabytes(await readSettled(client.server)) : "not read";
  await client.end();
  return { tools: tools.length, tokens: encode(JSON.stringify(tools)).length, memory };
}
