import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../random.ts";

const FOLDER = join("eval", "finding");

/** A request in a person's words, and the right tool for it. */
export interface Request {
  readonly tool: string;
  readonly words: string;
  /** Tools of other servers, `server/tool`, that are as right, because the words do not say which product is meant. */
  readonly also: readonly string[];
  readonly part: Part;
}

/**
 * Which requests may be looked at while changing descriptions: "looked at" alone. "held out" is the other half of the same
 * requests, whose totals were seen; "fresh" was written before the last change of words, and was measured before and after it.
 */
export type Part = "looked at" | "held out" | "fresh";

type File = Readonly<Record<string, readonly (string | Pick<Request, "words" | "also">)[]>>;

/** Tools of other servers by name: the purpose of each in a line of our own, its arguments, and their meaning. */
export type OtherServers = Readonly<
  Record<
    string,
    {
      readonly tools: Readonly<Record<string, readonly [does: string, takes?: string]>>;
      readonly arguments: Readonly<Record<string, string>>;
    }
  >
>;

/** All parts. */
export const loadRequests = (): Request[] => [
  ...readRequests("requests.json", (words) =>
    createRandom(`finding ${words}`).below(2) === 1 ? "held out" : "looked at",
  ),
  ...readRequests("fresh.json", () => "fresh"),
];

function readRequests(file: string, partOf: (words: string) => Part): Request[] {
  return Object.entries(read<File>(file)).flatMap(([tool, entries]) =>
    entries.map((entry) => {
      const { words, also } = typeof entry === "string" ? { words: entry, also: [] } : entry;
      return { tool, words, also, part: partOf(words) };
    }),
  );
}

export const loadOtherServers = (): OtherServers => read<OtherServers>("other-servers.json");

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as T;
}
