import { readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readStart, SERVER_NAME } from "../init/entry.ts";
import { fillIn, isFilledIn } from "../init/fill-in.ts";
import type { Surroundings } from "../init/places.ts";
import type { ClientEntry } from "../init/read-entry.ts";
import { Refusal } from "../init/refusal.ts";
import { isObject, type Json, type JsonObject } from "../json.ts";

/** Claude Code keeps more than settings there. */
const MAX_BYTES = 100 * 1024 * 1024;

/** For whom `claude mcp add` added an entry: the user in one project, or in all. */
export type AddedScope = "local" | "user";

/**
 * The entries that `claude mcp add` wrote into Claude Code's own file, as Claude Code uses them. Throws a Refusal if that cannot be read.
 * Tried with Claude Code 2.1.197.
 */
export function readAddedEntries(at: Surroundings): Partial<Record<AddedScope, ClientEntry>> {
  const path = findOwnFile(at);
  const { mcpServers, projects } = readObject(path);
  const project = findProject(at.cwd);
  const own = isObject(projects) ? Object.entries(projects).find(([folder]) => isSame(folder, project)) : [];
  const local = serverIn(isObject(own?.[1]) ? own[1].mcpServers : undefined);
  const user = serverIn(mcpServers);
  return {
    ...(local !== undefined && { local: interpret(local, `${path} for ${project}`, at) }),
    ...(user !== undefined && { user: interpret(user, path, at) }),
  };
}

/** The file in which Claude Code keeps what is the user's own. */
export function findOwnFile({ env, home }: Surroundings): string {
  return join(env.CLAUDE_CONFIG_DIR || home, ".claude.json");
}

function serverIn(servers: unknown): Json | undefined {
  return isObject(servers) ? (servers as JsonObject)[SERVER_NAME] : undefined;
}

function readObject(path: string): Readonly<Record<string, unknown>> {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return {};
    if (!stat.isFile() || stat.size > MAX_BYTES) throw new Error("it is no file, or far too large");
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isObject(value) ? value : {};
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // The parser's message would repeat some of the file.
    const why = error instanceof SyntaxError ? "it is not valid JSON" : (code ?? message);
    throw new Refusal(`${path}: ${why}`);
  }
}

/** The folder under whose name Claude Code keeps a project: the repository's, of several work trees the first one's. */
function findProject(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = readGit(join(folder, ".git"));
    if (found !== undefined) return found.main ?? folder;
    if (dirname(folder) === folder) return cwd;
  }
}

/** A work tree that was added has a file that leads to the first one. */
function readGit(path: string): { readonly main?: string | undefined } | undefined {
  try {
    if (!statSync(path).isFile()) return {};
    return { main: /^gitdir: (.+)[\\/]\.git[\\/]worktrees[\\/]/.exec(readFileSync(path, "utf8"))?.[1] };
  } catch {
    return undefined;
  }
}

/** On Windows, Claude Code writes the names of folders with slashes. */
function isSame(one: string, other: string): boolean {
  return one.replaceAll("\\", "/") === other.replaceAll("\\", "/");
}

function interpret(server: Json, path: string, at: Surroundings): ClientEntry {
  const { command, args, env } = readStart(server);
  const fill = (text: string) => fillIn(text, at.env);
  const values = Object.entries(env).map(([name, value]) => [name, String(value)] as const);
  return {
    path,
    command: fill(command),
    args: args.map(fill),
    env: Object.fromEntries(values.map(([name, value]) => [name, fill(value)])),
    filledIn: values.flatMap(([name, value]) => (isFilledIn(value, at.env) ? [name] : [])),
    unknown: [],
    off: undefined,
    looseSyntax: undefined,
  };
}
