import { findByWords } from "../find-by-words.ts";
import { foldWord, formatHint, nearestName } from "../nearest.ts";

/** Verbs of other servers, in place of those of our tools. */
const VERBS: Readonly<Record<string, string>> = {
  list: "find",
  search: "find",
  get: "find",
  show: "find",
  read: "find",
  lookup: "find",
  query: "find",
  add: "create",
  make: "create",
  new: "create",
  edit: "update",
  change: "update",
  modify: "update",
  patch: "update",
};

/** No tool does these, so that none is meant. */
const NEVER = /^(?:delete|remove|drop|destroy|revoke|unassign|disable)/i;

/** The message for a call of an unknown tool: the one that is meant, or all. A tool that is switched off counts as unknown. */
export function describeUnknownTool(name: string, tools: readonly { readonly name: string }[]): string {
  const known = tools.map((tool) => tool.name);
  const meant = NEVER.test(name) ? undefined : findMeant(name, known);
  if (meant !== undefined || known.length === 0) return `Unknown tool: ${name}${formatHint(meant)}`;
  return `Unknown tool: ${name}; the tools are ${known.join(", ")}`;
}

function findMeant(name: string, known: readonly string[]): string | undefined {
  const words = name
    .slice(0, 100)
    .replace(/([a-z])([A-Z])|-/g, "$1_$2")
    .toLowerCase()
    .split("_");
  const [verb = "", ...rest] = words;
  const ours = Object.hasOwn(VERBS, verb) ? [VERBS[verb], ...rest].join("_") : undefined;
  // "update_app" is near to "create_app", but means something else.
  const hasVerbOf = (own: string) => words.some((word) => nearestName(word, own.split("_", 1)) !== undefined);
  return (
    known.find((own) => foldWord(own) === foldWord(name.slice(0, 100))) ??
    known.find((own) => own === ours || own === `${ours}s`) ??
    findByWords(name, known) ??
    nearestName(name, known.filter(hasVerbOf))
  );
}
