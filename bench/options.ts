import { parseArgs } from "node:util";

export const PARTS = ["start", "latency", "throughput", "memory", "tokens", "size", "scale"] as const;

/** `peers` runs if any are configured, `soak` only on request. */
export type PartName = (typeof PARTS)[number] | "peers" | "soak";

export interface Peer {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/** How many measurements are made. */
export interface Effort {
  /** Number of starts of each kind. */
  readonly starts: number;
  /** Number of measured calls of each kind, and of the unmeasured calls before them. */
  readonly calls: number;
  readonly warmUp: number;
  /** Number of stretches per server and number of callers, and the length of one. */
  readonly slices: number;
  readonly sliceMs: number;
  /** How long each server is warmed up. */
  readonly warmMs: number;
  /** Number of processes whose memory is read. */
  readonly readings: number;
  /** Number of calls before the first and the last reading of memory. */
  readonly loadFirst: number;
  readonly loadLast: number;
}

export interface Options {
  readonly parts: readonly PartName[];
  readonly effort: Effort;
  readonly quick: boolean;
  readonly write: boolean;
  /** The folder of the built server. */
  readonly dist: string;
  readonly peers: readonly Peer[];
}

const FULL: Effort = {
  starts: 31,
  calls: 1_500,
  warmUp: 300,
  slices: 10,
  sliceMs: 500,
  warmMs: 8_000,
  readings: 9,
  loadFirst: 10_000,
  loadLast: 20_000,
};

const QUICK: Effort = {
  starts: 5,
  calls: 200,
  warmUp: 60,
  slices: 2,
  sliceMs: 300,
  warmMs: 1_000,
  readings: 3,
  loadFirst: 500,
  loadLast: 1_500,
};

export const USAGE = `npm run bench -- [options]
  --quick              a look in a minute or so, hardly warmed up; not for the record
  --only PARTS         some of ${PARTS.join(",")},peers,soak
  --calls N            read memory again after N calls (default ${FULL.loadLast})
  --peer "COMMAND"     measure another MCP server on stdio beside ours; may be repeated
  --peer-env NAME=VALUE  for all peers; may be repeated
  --dist FOLDER        the built server, default dist
  --write              put the results into bench/RESULTS.md`;

/** Throws an Error that names the mistake in the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      only: { type: "string" },
      calls: { type: "string" },
      dist: { type: "string", default: "dist" },
      peer: { type: "string", multiple: true, default: [] },
      "peer-env": { type: "string", multiple: true, default: [] },
    },
  });
  const { quick, write, dist } = values;
  if (quick && write) throw new Error("--write is for whole runs: leave --quick out");
  const env = Object.fromEntries(values["peer-env"].map(splitVariable));
  const peers = values.peer.map((text) => ({ command: splitCommand(text), env }));
  const parts: PartName[] = values.only === undefined ? [...PARTS] : values.only.split(",").map(readPart);
  if (peers.length > 0 && !parts.includes("peers")) parts.push("peers");
  if (peers.length === 0 && parts.includes("peers")) throw new Error("peers: name one with --peer");
  const effort = quick ? QUICK : FULL;
  const loadLast = values.calls === undefined ? effort.loadLast : Number(values.calls);
  if (!Number.isSafeInteger(loadLast) || loadLast <= effort.loadFirst)
    throw new Error(`--calls must be a whole number above ${effort.loadFirst}`);
  return { parts, effort: { ...effort, loadLast }, quick, write, dist, peers };
}

function readPart(text: string): PartName {
  const part = [...PARTS, "peers" as const, "soak" as const].find((name) => name === text.trim());
  if (part === undefined) throw new Error(`--only: there is no part "${text}"`);
  return part;
}

function splitVariable(text: string): [string, string] {
  const end = text.indexOf("=");
  if (end < 1) throw new Error("--peer-env must be NAME=VALUE");
  return [text.slice(0, end), text.slice(end + 1)];
}

/** Splits a command into words, which may be quoted. */
export function splitCommand(text: string): [string, ...string[]] {
  const words = [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
  const [command, ...rest] = words;
  if (command === undefined) throw new Error("--peer names no command");
  return [command, ...rest];
}
