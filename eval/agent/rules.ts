import type { ToolListing } from "../../src/tools/listing.ts";
import { chooseOption, convert } from "./convert.ts";
import { type Args, dropAt, getAt, setAt, textsIn } from "./path.ts";
import type { Candidate, Problem, ReadError } from "./read-error.ts";
import { findSaid, hasSaid, listSaid, type SaidField } from "./words.ts";

/** The input of a rule: the arguments as corrected so far, the problem, and what the agent may know. */
export interface Situation {
  readonly args: Args;
  readonly problem: Problem;
  readonly error: ReadError;
  readonly tool: ToolListing;
  readonly words: string;
}

/** Returns corrected arguments, or undefined if the rule does not apply. */
type Rule = (situation: Situation) => Args | undefined;

interface Field {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
}

/** Words in descriptions that do not tell arguments apart. */
const FILLERS: readonly string[] = [
  "id",
  "ids",
  "or",
  "exact",
  "name",
  "only",
  "without",
  "config",
  "the",
  "a",
];

/** The words that people use for an argument: those of its key and description, and for a name those of the tool's object. */
function nameField(key: string, { description = "" }: Field, { name }: ToolListing): SaidField {
  const made = /name$/i.test(key) ? name.split("_").slice(-1) : [];
  const told = description
    .toLowerCase()
    .split(/\W+/)
    .filter((word) => !FILLERS.includes(word));
  return { nouns: [key, ...told, ...made].join(" "), wantsEmail: /e-mail/i.test(description) };
}

const fieldsOf = ({ inputSchema }: ToolListing) => (inputSchema.properties ?? {}) as Record<string, Field>;

/** Arguments that are right for another tool are not corrected. */
export const OTHER_TOOL = /they are the arguments of ([a-z_]+)/;

const isUnknown = ({ message }: Problem) => /unknown argument|is no field of/.test(message);
const isMissing = ({ message }: Problem) => /^is required(?:;|$)/.test(message);
const lastKey = (path: string) => path.split(".").at(-1) ?? "";
/** Undefined if the other key has a value, too: then it is not clear which one counts. */
const rename = (args: Args, from: string, to: string): Args | undefined => {
  const target = [...from.split(".").slice(0, -1), to].join(".");
  return getAt(args, target) === undefined ? setAt(dropAt(args, from), target, getAt(args, from)) : undefined;
};

/** "did you mean X?": uses X. */
const followHint: Rule = ({ args, problem }) => {
  const [, hint] = /did you mean ([^?]+)\?/.exec(problem.message) ?? [];
  if (hint === undefined) return undefined;
  return isUnknown(problem)
    ? rename(args, problem.path, hint.split(".").at(-1) ?? hint)
    : setAt(args, problem.path, hint);
};

/** "give {…}": uses that. A NAME in it is replaced by the only listed name that the person said. */
const giveWhatIsTold: Rule = ({ args, problem, error, words }) => {
  const [, json] = /give (\{"[^}]*\})/.exec(problem.message) ?? [];
  if (json === undefined) return undefined;
  const [, list = ""] = /Configured secrets: ([^.]*)\./.exec(error.text) ?? [];
  const [name, ...others] = list.split(", ").filter((one) => hasSaid(words, one));
  if (!/: NAME\}/.test(json)) return setAt(args, problem.path, JSON.parse(json));
  return name !== undefined && others.length === 0
    ? setAt(args, problem.path, JSON.parse(json.replace("NAME", JSON.stringify(name))))
    : undefined;
};

/** An unknown argument that contains arguments: moves them one level up. */
const lift: Rule = ({ args, problem, tool }) => {
  if (!isUnknown(problem)) return undefined;
  const value = convert(getAt(args, problem.path), "object");
  if (typeof value !== "object" || value === null) return undefined;
  const known = Object.keys(fieldsOf(tool));
  return Object.keys(value).some((key) => known.includes(key))
    ? { ...dropAt(args, problem.path), ...value }
    : undefined;
};

/** One unknown and one missing argument: renames the unknown one if its value has the right type. */
const pairUp: Rule = ({ args, problem, error, tool }) => {
  const unknown = error.problems.filter((one) => isUnknown(one) && !/did you mean/.test(one.message));
  const missing = error.problems.filter(isMissing);
  if (!isUnknown(problem) || unknown.length !== 1 || missing.length !== 1) return undefined;
  if (OTHER_TOOL.test(error.next)) return undefined;
  const [{ path = "" } = {}] = missing;
  if (fieldsOf(tool)[path]?.type !== typeof getAt(args, problem.path)) return undefined;
  return setAt(dropAt(args, problem.path), path, getAt(args, problem.path));
};

/** "leave it out": drops the argument. Never drops anything else, nor a tenant that the person has named. */
const dropIfTold: Rule = ({ args, problem, words }) => {
  const isTenant = /if that is the one meant/.test(problem.message);
  if (isTenant && textsIn(getAt(args, problem.path)).some((text) => hasSaid(words, text))) return undefined;
  return /leave it out/.test(problem.message) ? dropAt(args, problem.path) : undefined;
};

/** "give only what "value" in it holds": uses that. */
const unwrap: Rule = ({ args, problem }) => {
  const [, key] = /give only what "([^"]+)" in it holds/.exec(problem.message) ?? [];
  const inside = key === undefined ? undefined : getAt(args, `${problem.path}.${key}`);
  return inside === undefined ? undefined : setAt(args, problem.path, inside);
};

/** "is required": uses the person's words if some fit. */
const fillIn: Rule = ({ args, problem, tool, words }) => {
  if (!isMissing(problem)) return undefined;
  const key = lastKey(problem.path);
  if (getAt(args, problem.path) !== undefined) return args;
  const field = fieldsOf(tool)[key];
  if (field?.type !== "string") return undefined;
  const said = findSaid(words, nameField(key, field, tool), textsIn(args));
  return said === undefined ? undefined : setAt(args, problem.path, said);
};

/** "must be an array, got string": converts the value. */
const changeType: Rule = ({ args, problem }) => {
  const [, wanted = "", got] = /must be (?:an? )?(\w+)(?: of \w+)?, got (\w+)/.exec(problem.message) ?? [];
  if (got === undefined) return undefined;
  if (got === "null") return dropAt(args, problem.path);
  const value = convert(getAt(args, problem.path), wanted);
  return value === undefined ? undefined : setAt(args, problem.path, value);
};

/** "must be one of A, B": uses the one that is nearest to the value. */
const chooseFromList: Rule = ({ args, problem }) => {
  const [, list] = /must be one of (.+)$/.exec(problem.message) ?? [];
  const option = list && chooseOption(String(getAt(args, problem.path)), list.split(/, | or /));
  return option ? setAt(args, problem.path, option) : undefined;
};

/** Candidates: uses the one whose id the person said, or the only one that they named. If they named several, asks them. */
const takeCandidate: Rule = ({ args, problem, error, words }) => {
  const chosen =
    error.candidates.find(({ id }) => hasSaid(words, id)) ??
    (error.code === "ambiguous_reference" ? undefined : choose(error.candidates, words));
  return chosen && setAt(args, problem.path, chosen.id);
};

/** A value that C1 does not know, or of the wrong kind: replaces it by a name that the person said. */
const sayItAgain: Rule = ({ args, problem, error, tool, words }) => {
  const wrong = getAt(args, problem.path);
  if (typeof wrong !== "string" || hasSaid(words, wrong)) return undefined;
  const isWrong = error.code === "not_found" || /must be|nothing with this id/.test(problem.message);
  const key = problem.path.split(".")[0] ?? "";
  const field = fieldsOf(tool)[key];
  if (!isWrong || field === undefined || field.enum !== undefined) return undefined;
  const said = findSaid(words, nameField(key, field, tool), textsIn(args));
  return said === undefined ? undefined : setAt(args, problem.path, said);
};

/** "Leave X out" as the only advice: drops X. */
const leaveOut: Rule = ({ args, error }) => {
  const [, key] = /(?:^|\. )Leave (\w+) out/.exec(error.next) ?? [];
  return key !== undefined && key in args ? dropAt(args, key) : undefined;
};

/** "Call again without it": drops the argument. */
const callWithout: Rule = ({ args, problem, error }) =>
  /again without it/.test(error.next) ? dropAt(args, problem.path) : undefined;

const RULES: readonly Rule[] = [
  followHint,
  giveWhatIsTold,
  lift,
  pairUp,
  dropIfTold,
  unwrap,
  fillIn,
  changeType,
  chooseFromList,
  takeCandidate,
  sayItAgain,
  leaveOut,
  callWithout,
];

export interface Mended {
  readonly args: Args;
  /** Problems to which no rule applies. */
  readonly left: readonly Problem[];
}

/** Corrects each problem by the first rule that applies. */
export function mendArguments(situation: Omit<Situation, "problem">): Mended {
  let { args } = situation;
  const left: Problem[] = [];
  // Missing arguments come last, because they may be present under another name.
  const problems = [...situation.error.problems].sort((a, b) => Number(isMissing(a)) - Number(isMissing(b)));
  for (const told of problems) {
    const problem = pointInside(told, args);
    const mended = RULES.reduce<Args | undefined>(
      (done, rule) => done ?? rule({ ...situation, args, problem }),
      undefined,
    );
    if (mended === undefined) left.push(problem);
    else args = mended;
  }
  return { args, left };
}

/** A problem with a list of one applies to its only entry. */
function pointInside(problem: Problem, args: Args): Problem {
  const value = getAt(args, problem.path);
  const isOfEntry =
    Array.isArray(value) && value.length === 1 && !isUnknown(problem) && !/array|list/.test(problem.message);
  return isOfEntry ? { ...problem, path: `${problem.path}.0` } : problem;
}

/** The only candidate that the person has named, by name or e-mail. */
export function choose(candidates: readonly Candidate[], words: string): Candidate | undefined {
  const said = listSaid(words).map(({ text }) => text.toLowerCase());
  const named = candidates.filter(({ label }) => said.some((text) => nameParts(label).includes(text)));
  return named.length === 1 ? named[0] : undefined;
}

/** The name and the e-mail in "Jane Doe (jane@acme.example), Sales". */
function nameParts(label: string): string[] {
  return label
    .toLowerCase()
    .split(/, |[()"]/)
    .map((part) => part.trim())
    .filter(Boolean);
}
