import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import { createSearch, type Document } from "../bm25.ts";
import type { OtherServers } from "./requests.ts";

/** What a client's search indexes of each tool. */
export type Index = "with arguments" | "without arguments";

/** The server's name in README.md, which clients put before the tools' names. */
const OURS = "c1";

/** Searches our tools and those of others. Returns names, `server/tool`, best first. */
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
