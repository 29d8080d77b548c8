import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import { createSearch, type Document } from "../bm25.ts";
import type { OtherServers } from "./requests.ts";

/** What a client's search has of each tool. */
export type Index = "with arguments" | "without arguments";

/** As README.md calls it; clients put it before the tool's name. */
const OURS = "c1";

/** Finds the names, `server/tool`, of our tools and of others by words, best first. */
export function searchTools(index: Index, others: OtherServers): (query: string) => string[] {
  const isWhole = index === "with arguments";
  return createSearch([
    ...TOOLS.map(({ name, title, description, input }) =>
      documentOf(OURS, name, [description, isWhole ? wordsOfArguments(toJsonSchema(input)) : title]),
    ),
    ...Object.entries(others).flatMap(([server, { tools, arguments: known }]) =>
      Object.entries(tools).map(([name, [does, takes = ""]]) =>
        documentOf(server, name, [does, isWhole ? wordsOfOthers(takes, known) : ""]),
      ),
    ),
  ]);
}

export const ownName = (tool: string): string => `${OURS}/${tool}`;

function documentOf(server: string, name: string, texts: readonly string[]): Document {
  return { name: `${server}/${name}`, text: texts.join(" ") };
}

function wordsOfArguments({ properties = {} }: { properties?: unknown }): string {
  return Object.entries(properties as Record<string, { description?: string }>)
    .map(([key, { description = "" }]) => `${key} ${description}`)
    .join(" ");
}

function wordsOfOthers(takes: string, known: Readonly<Record<string, string>>): string {
  return takes
    .split(" ")
    .map((key) => `${key} ${known[key] ?? ""}`)
    .join(" ");
}
