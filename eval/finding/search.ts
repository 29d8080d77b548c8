import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import { createSearch, type Document } from "../bm25.ts";
import type { OtherServers } from "./requests.ts";

/** What a client's search indexes of each tool, by whose documentation says so: see eval/README.md. */
export const INDEXES = {
  "names, descriptions": { title: false, argumentNames: false, argumentWords: false },
  "names, titles, descriptions, argument names": { title: true, argumentNames: true, argumentWords: false },
  "names, descriptions, arguments": { title: false, argumentNames: true, argumentWords: true },
} as const;

export type Index = keyof typeof INDEXES;

/** The server's name in README.md, which clients put before the tools' names. */
const OURS = "c1";

/** Searches our tools and those of others. Returns names, `server/tool`, best first. The titles of the others are not kept. */
export function searchTools(index: Index, others: OtherServers): (query: string) => string[] {
  const has = INDEXES[index];
  const ofArgument = (key: string, description = "") => [
    has.argumentNames ? key : "",
    has.argumentWords ? description : "",
  ];
  return createSearch([
    ...TOOLS.map(({ name, title, description, input }) =>
      documentOf(OURS, name, [
        description,
        has.title ? title : "",
        ...describedArguments(toJsonSchema(input)).flatMap((argument) => ofArgument(...argument)),
      ]),
    ),
    ...Object.entries(others).flatMap(([server, { tools, arguments: known }]) =>
      Object.entries(tools).map(([name, [does, takes = ""]]) =>
        documentOf(server, name, [does, ...takes.split(" ").flatMap((key) => ofArgument(key, known[key]))]),
      ),
    ),
  ]);
}

export const ownName = (tool: string): string => `${OURS}/${tool}`;

function documentOf(server: string, name: string, texts: readonly string[]): Document {
  return { name: `${server}/${name}`, text: texts.join(" ") };
}

function describedArguments({ properties = {} }: { properties?: unknown }): [string, string | undefined][] {
  return Object.entries(properties as Record<string, { description?: string }>).map(
    ([key, { description }]) => [key, description],
  );
}
