import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../random.ts";
import { type Ground, type Mutation, renamed } from "./mutation.ts";

type Synonyms = Readonly<Record<string, readonly string[]>>;

let words: Synonyms | undefined;

/** Other names for our arguments, from people and other APIs. They were written before the server's hints. */
function synonymsOf(key: string): readonly string[] {
  words ??= JSON.parse(readFileSync(join("eval", "mutations", "synonyms.json"), "utf8")) as Synonyms;
  return words[key] ?? [];
}

const eachKey = (kind: string, change: (key: string, random: Random) => readonly string[]): Mutation =>
  function changeKeys({ args, tool, random }: Ground) {
    return Object.keys(args).flatMap((key) =>
      change(key, random)
        .filter((other) => !(other in args))
        .map((other) => ({ kind, tool: tool.name, args: renamed(args, key, other) })),
    );
  };

export const misspellKey = eachKey("misspelt key", (key, random) => [slip(key, random)]);

export const recaseKey = eachKey("other casing", (key, random) => {
  const words = key.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
  const forms = [words.join("_"), words.join("-"), words.map(capital).join(""), words.join("")];
  return random.sample(
    forms.filter((form) => form !== key),
    2,
  );
});

export const otherWordForKey = eachKey("synonym of a key", (key, random) =>
  random.sample(synonymsOf(key), 2),
);

/** Arguments that models invent. */
const EXTRAS: readonly Readonly<Record<string, unknown>>[] = [
  { confirm: true },
  { reason: "as requested by the user" },
  { force: false },
  { verbose: true },
  { tenant: "production" },
];

export const addKey: Mutation = ({ args, tool, random }) =>
  random
    .sample(EXTRAS, 2)
    .map((extra) => ({ kind: "invented key", tool: tool.name, args: { ...args, ...extra } }));

/** Makes one typing mistake: a letter is omitted, doubled or swapped with its neighbour. */
export function slip(word: string, random: Random): string {
  const letters = Array.from(word);
  const at = 1 + random.below(Math.max(1, letters.length - 2));
  const [a = "", b = ""] = letters.slice(at, at + 2);
  const rest = (from: number) => letters.slice(from).join("");
  const slips = [
    rest(0).slice(0, at) + rest(at + 1),
    `${rest(0).slice(0, at + 1)}${a}${rest(at + 1)}`,
    `${rest(0).slice(0, at)}${b}${a}${rest(at + 2)}`,
  ];
  return random.pick(slips.filter((one) => one !== word).concat(`${word}s`));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
