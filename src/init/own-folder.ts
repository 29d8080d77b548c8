import { posix, win32 } from "node:path";
import { CLIENTS, type ClientName } from "./clients.ts";
import { formatCommand } from "./command.ts";
import type { Surroundings } from "./places.ts";

interface Situation {
  readonly client: ClientName;
  readonly script: string;
  readonly sandbox: boolean;
  readonly at: Surroundings;
}

/** A warning if the entry is for the server's own folder, which is hardly ever intended. */
export function warnOfOwnFolder({ client, script, sandbox, at }: Situation): string[] {
  const { dirname, relative, isAbsolute } = at.platform === "win32" ? win32 : posix;
  const { title, perProject } = CLIENTS[client];
  const way = relative(dirname(dirname(script)), at.cwd);
  if (!perProject || way.startsWith("..") || isAbsolute(way)) return [];
  const command = formatCommand(at, script, `init ${client}${sandbox ? " --sandbox" : ""}`);
  return [
    `This is the folder of the server itself, and ${title} keeps servers per project: in your own project's folder, run ${command}`,
  ];
}
