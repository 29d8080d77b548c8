import { isDeepStrictEqual } from "node:util";
import { parse, TomlError, type TomlTable } from "smol-toml";
import type { Json, JsonObject } from "../json.ts";
import { SERVER_NAME } from "./entry.ts";
import type { Format } from "./format.ts";
import { Refusal } from "./refusal.ts";

const CONTAINER = "mcp_servers";

/** Matches `[mcp_servers.c1]` and its sub-tables, however the names are quoted and spaced. */
const OWN_HEADER = /^\s*\[\s*(["']?)mcp_servers\1\s*\.\s*(["']?)c1\2\s*(?:\.[^\]]*)?\]/;
const ANY_HEADER = /^\s*\[/;

/** Codex's file. The entry is a table at the end. Edits are textual, and parsing the result verifies them. */
export const tomlFormat: Format = {
  readServer: (text) => {
    const server = serversIn(parseToml(text))?.[SERVER_NAME];
    return server === undefined ? undefined : (JSON.parse(JSON.stringify(server)) as Json);
  },
  put(text, { server }) {
    const present = tomlFormat.readServer(text);
    if (isDeepStrictEqual(present, server)) return text;
    const rest = present === undefined ? text : cutOut(text);
    const eol = rest.includes("\r\n") ? "\r\n" : "\n";
    const lines = [`[${CONTAINER}.${SERVER_NAME}]`, ...assignments(server)];
    return checked(text, `${rest}${gapAfter(rest, eol)}${lines.join(eol)}${eol}`);
  },
  remove: (text) => checked(text, cutOut(text)),
  isBlank: (text) => text.trim() === "",
};

/** Separates a new table from the text before it. */
function gapAfter(text: string, eol: string): string {
  if (text.trim() === "") return "";
  return text.endsWith("\n") ? eol : eol + eol;
}

function parseToml(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = error.message.split("\n")[0]?.replace("Invalid TOML document: ", "");
    throw new Refusal(`it is not valid TOML: line ${error.line}, column ${error.column} (${what})`);
  }
}

function serversIn(document: TomlTable): TomlTable | undefined {
  const servers = document[CONTAINER];
  if (servers === undefined) return undefined;
  if (typeof servers === "object" && !Array.isArray(servers) && !(servers instanceof Date)) return servers;
  throw new Refusal(`its "${CONTAINER}" is not a table`);
}

/** Strings, lists of strings and maps of strings are all that an entry holds. The first two have the same syntax as in JSON. */
function assignments(server: JsonObject): string[] {
  return Object.entries(server).map(([key, value]) => `${key} = ${formatValue(value)}`);
}

function formatValue(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, item]) => `${key} = ${formatValue(item)}`)
    .join(", ")} }`;
}

/** The text without our tables and the empty line before them. Comments after them belong to what follows and stay. */
function cutOut(text: string): string {
  const kept: string[] = [];
  let inside = false;
  let pending: string[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    if (OWN_HEADER.test(line)) {
      if (!inside && kept.at(-1)?.trim() === "") kept.pop();
      inside = true;
      pending = [];
    } else if (!inside || ANY_HEADER.test(line)) {
      kept.push(...pending, line);
      inside = false;
      pending = [];
    } else if (/^\s*(#|$)/.test(line)) pending.push(line);
    else pending = [];
  }
  const rest = [...kept, ...pending].join("");
  if (tomlFormat.readServer(rest) !== undefined) throw entangled();
  return rest;
}

function checked(before: string, after: string): string {
  const rest = restOf(before);
  try {
    if (isDeepStrictEqual(rest, restOf(after))) return after;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  throw entangled();
}

function entangled(): Refusal {
  return new Refusal(
    `it holds its servers in a form that cannot be changed without touching other entries: write each as a table of its own, [${CONTAINER}.NAME], and run init again`,
  );
}

function restOf(text: string): TomlTable {
  const document = parseToml(text);
  const servers = serversIn(document);
  if (servers) delete servers[SERVER_NAME];
  if (servers && Object.keys(servers).length === 0) delete document[CONTAINER];
  return document;
}
