import fc from "fast-check";
import type { WriteCase } from "../support/write-cases.ts";
import { ANY_SKEW_MS, ANY_STATUS, ANY_TIMES, HOUR_MS, LATE, NO_ANSWER, USELESS } from "./any-answer.ts";
import { changesOf } from "./contents.ts";
import { type Lie, type PageLie, saysNotRun } from "./lies.ts";
import { WRITES } from "./writes.ts";

/** The purpose of a request within a call. "names": it reads names for the texts, or details for stricter checks. */
export type Stage = "look before" | "write" | "look after" | "names";

export interface Rule {
  readonly on: Stage;
  readonly lie: Lie;
  /** Applies to this many requests in a row; then comes the next rule of the stage, or the truth. */
  readonly times: number;
  /** Whether the write runs all the same. */
  readonly ran: boolean;
}

/** One call on a lying tenant. Plain data, so that a counterexample is readable. */
export interface Story {
  readonly write: string;
  readonly ifExists: "fail" | "reuse" | "create";
  readonly waitSeconds: number;
  readonly before: "nothing" | "the same" | "the same, deleted" | "the same, not shown yet";
  readonly meanwhile: "nobody" | "a twin" | "a namesake";
  readonly showsAfterMs: number;
  /** How far the tenant's clock is ahead of the server's. */
  readonly skewMs: number;
  readonly wholeSeconds: boolean;
  readonly rules: readonly Rule[];
}

function anyContent(write: WriteCase): fc.Arbitrary<Lie> {
  const changes = write.rows === "owners" ? [] : (["blank", "an id known before"] as const);
  const beside = write.rows === "connectors" ? (["an app beside it"] as const) : [];
  return fc
    .constantFrom(...changesOf(write), ...changes, ...beside)
    .map((change) => ({ say: "content", change }));
}

const PAGES: readonly PageLie[] = [
  "one row a page",
  "the same token",
  "no end",
  "a row that is none",
  "a row without id",
  "a row of another id form",
  "a foreign row",
  "each row twice",
  "made in the future",
  "made at no time",
  "deleted",
];

/** Wrong lists. A list that silently omits rows is not among them, because nobody could detect that. */
function anyPage(write: WriteCase, stage: Stage): fc.Arbitrary<Lie> {
  const changes = changesOf(write).filter(
    (change) => change.startsWith("another") && change !== "another id form",
  );
  // Names do not tell connectors apart before a create.
  const seen = changes.filter(
    (change) => stage === "look after" || write.rows === "apps" || change !== "another name",
  );
  return fc.constantFrom(...PAGES, ...seen).map((page) => ({ say: "page", page }));
}

function anyLie(write: WriteCase, stage: Stage): fc.Arbitrary<Lie> {
  const common = [ANY_STATUS, USELESS, NO_ANSWER];
  if (stage === "write") return fc.oneof(anyContent(write), anyContent(write), ANY_STATUS, LATE, ...common);
  if (stage === "names") {
    const rows = fc.constantFrom<Lie>({ say: "another row" }, { say: "blank row" });
    return fc.oneof(rows, rows, ...common);
  }
  const content = write.rows === "owners" ? anyContent(write) : anyPage(write, stage);
  return fc.oneof(content, content, content, LATE, ...common);
}

function anyRule(write: WriteCase): fc.Arbitrary<Rule> {
  const stages: Stage[] = ["write", "write", "write", "look before", "look after", "look after", "names"];
  return fc.constantFrom(...stages).chain((on) =>
    fc.record({
      on: fc.constant(on),
      lie: anyLie(write, on),
      times: ANY_TIMES,
      ran: fc.boolean(),
    }),
  );
}

/** Random calls with true and false answers. */
export const anyStory: fc.Arbitrary<Story> = fc.constantFrom(...WRITES).chain((write) =>
  fc
    .record({
      write: fc.constant(write.name),
      ifExists: fc.constantFrom("fail", "fail", "reuse", "create"),
      waitSeconds: fc.constantFrom(0, 0, 20),
      before: fc.constantFrom(
        "nothing",
        "nothing",
        "the same",
        "the same, deleted",
        "the same, not shown yet",
      ),
      meanwhile: fc.constantFrom("nobody", "nobody", "a twin", "a namesake"),
      showsAfterMs: fc.constantFrom(0, 0, 4_000, HOUR_MS),
      skewMs: ANY_SKEW_MS,
      wholeSeconds: fc.boolean(),
      rules: fc.array(anyRule(write), { maxLength: 4 }),
    })
    .map((story) => ({ ...story, rules: story.rules.map((rule) => keepFair(rule, story, write)) })),
);

/*
 * Excludes lies that nobody could detect, and that no promise covers: an answer that says "not run" after the commit, and a
 * plausible row for an object that does not exist. A conflict is not excluded as long as a look-up shows the created object.
 */
function keepFair(rule: Rule, story: Omit<Story, "write">, write: WriteCase): Rule {
  const { on, lie } = rule;
  // A list has the same fault in its tokens on every page.
  if (lie.say === "page" && OF_THE_WHOLE_LIST.has(lie.page)) return { ...rule, times: 1_000 };
  if (on !== "write") return rule;
  if (lie.say === "late" || (lie.say === "content" && BESIDE_A_TRUE_ID.has(lie.change)))
    return { ...rule, ran: true };
  if (!saysNotRun(write, lie)) return rule;
  const shows = story.showsAfterMs === 0 && !story.rules.some((other) => other.on === "look after");
  return { ...rule, ran: rule.ran && lie.say === "status" && lie.status === 409 && shows };
}

const OF_THE_WHOLE_LIST: ReadonlySet<PageLie> = new Set(["one row a page", "the same token", "no end"]);

/** Changes that leave the id true and contradict nothing that was requested. */
const BESIDE_A_TRUE_ID: ReadonlySet<string> = new Set(["blank", "an app beside it"]);
