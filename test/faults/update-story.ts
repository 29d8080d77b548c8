import fc from "fast-check";
import { ANY_SKEW_MS, ANY_STATUS, ANY_TIMES, LATE, NO_ANSWER, USELESS } from "./any-answer.ts";
import { CHANGES_OF_UPDATE } from "./contents.ts";
import { type Lie, saysNotRun } from "./lies.ts";

/** The purpose of a request within an update. "names": it reads names for the texts, or details for stricter checks. */
export type UpdateStage = "look before" | "write" | "look after" | "names";

export type UpdateLie =
  | { readonly say: "row"; readonly row: (typeof CHANGES_OF_UPDATE)[number] }
  | Extract<Lie, { say: "status" | "useless" | "no answer" | "late" }>;

export interface UpdateRule {
  readonly on: UpdateStage;
  readonly lie: UpdateLie;
  /** Applies to this many requests in a row; then comes the next rule of the stage, or the truth. */
  readonly times: number;
  /** Whether the update runs all the same. */
  readonly ran: boolean;
}

/** One update on a lying tenant. Plain data, so that a counterexample is readable. */
export interface UpdateStory {
  readonly before: "no config" | "failed" | "working";
  /** How much of the config the tenant shows. */
  readonly shows: "all but secrets" | "nothing";
  readonly meanwhile: "nobody" | "the same" | "another config" | "another config, later";
  readonly waitSeconds: number;
  /** How far the tenant's clock is ahead of the server's. */
  readonly skewMs: number;
  readonly wholeSeconds: boolean;
  readonly rules: readonly UpdateRule[];
}

const anyRow: fc.Arbitrary<UpdateLie> = fc
  .constantFrom(...CHANGES_OF_UPDATE)
  .map((row) => ({ say: "row", row }));

const anyLie = fc.oneof<fc.Arbitrary<UpdateLie>[]>(
  anyRow,
  anyRow,
  ANY_STATUS,
  ANY_STATUS,
  USELESS,
  NO_ANSWER,
  LATE,
);

const anyRule: fc.Arbitrary<UpdateRule> = fc.record({
  on: fc.constantFrom<UpdateStage>(
    "write",
    "write",
    "write",
    "look before",
    "look after",
    "look after",
    "names",
  ),
  lie: anyLie,
  times: ANY_TIMES,
  ran: fc.boolean(),
});

/** Random updates with true and false answers. */
export const anyUpdateStory: fc.Arbitrary<UpdateStory> = fc
  .record({
    before: fc.constantFrom("no config", "failed", "working"),
    shows: fc.constantFrom("all but secrets", "all but secrets", "nothing"),
    meanwhile: fc.constantFrom("nobody", "nobody", "the same", "another config", "another config, later"),
    waitSeconds: fc.constantFrom(0, 0, 20),
    skewMs: ANY_SKEW_MS,
    wholeSeconds: fc.boolean(),
    rules: fc.array(anyRule, { maxLength: 4 }),
  })
  .map((story) => ({ ...story, rules: story.rules.map((rule) => keepFair(rule, story)) }));

/*
 * Excludes lies that nobody could detect, and that no promise covers: an answer that says "not run" after the commit, unless a
 * look-up shows the truth, and one with the connector as it is, where nothing in it is older than the update.
 */
function keepFair(rule: UpdateRule, story: UpdateStory): UpdateRule {
  const { on, lie, ran } = rule;
  if (on !== "write") return rule;
  if (lie.say === "late") return { ...rule, ran: true };
  if (lie.say === "row" && isCredible(lie.row, story)) return { ...rule, ran: true };
  if (lie.say !== "status" || !saysNotRun({ rows: "connectors" }, lie)) return rule;
  const shows = !story.rules.some((other) => other.on === "look after");
  return { ...rule, ran: ran && lie.status === 409 && shows };
}

/**
 * Whether the row of an answer is merely the connector as it is, and not recognisable as one from before the update. A wrong type
 * is noticed unless C1 named the same one when it was asked before.
 */
function isCredible(row: (typeof CHANGES_OF_UPDATE)[number], story: UpdateStory): boolean {
  const { before, meanwhile, rules } = story;
  if (row === "the old config") return before === "no config";
  const isTypeBelieved = rules.some(
    ({ on, lie }) => on === "look before" && lie.say === "row" && lie.row === "another type",
  );
  return row === "another type" && isTypeBelieved && (before === "no config" || meanwhile !== "nobody");
}
