import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRandom } from "../random.ts";

const FOLDER = join("eval", "finding");

/** What somebody asks for, and which of our tools is meant. */
export interface Request {
  readonly tool: string;
  readonly words: string;
  /** Tools of other servers, `server/tool`, that are as right: nothing in the words says whose apps or people are meant. */
  readonly also: readonly string[];
  /** Of the half that nobody looks at who changes descriptions. */
  readonly isHeldOut: boolean;
}

type File = Readonly<Record<string, readonly (string | Pick<Request, "words" | "also">)[]>>;

/** Tools of a server by name: what each does, in a line of our own, and the names of its arguments; and what those are. */
export type OtherServers = Readonly<
  Record<
    string,
    {
      readonly tools: Readonly<Record<string, readonly [does: string, takes?: string]>>;
      readonly arguments: Readonly<Record<string, string>>;
    }
  >
>;

export function loadRequests(): Request[] {
  return Object.entries(read<File>("requests.json")).flatMap(([tool, entries]) =>
    entries.map((entry) => {
      const { words, also } = typeof entry === "string" ? { words: entry, also: [] } : entry;
      return { tool, words, also, isHeldOut: createRandom(`finding ${words}`).below(2) === 1 };
    }),
  );
}

export const loadOtherServers = (): OtherServers => read<OtherServers>("other-servers.json");

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as T;
}
