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
  /** Whether it belongs to the half that must not be read while changing descriptions. */
  readonly isHeldOut: boolean;
}

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
