import fc from "fast-check";
import { type Lie, saysNotRun } from "./lies.ts";

/** The requests of an update by what they are for. "names": whatever makes its words nicer or its checks stricter. */
export type UpdateStage = "look before" | "write" | "look after" | "names";

/** What can be wrong with the row of an answer under a right status. */
export type RowLie =
  | "another connector"
  | "another app"
  | "another type"
  | "the old config"
  | "deleted"
  | "another id form"
  | "without id";

export type UpdateLie =
  | { readonly say: "row"; readonly row: RowLie }
  | Extract<Lie, { say: "status" | "useless" | "no answer" | "late" }>;

export interface UpdateRule {
  readonly on: UpdateStage;
  readonly lie: UpdateLie;
  /** For so many requests, one after another; then the next rule of that stage, or the truth. */
  readonly times: number;
  /** Whether an update runs all the same. */
  readonly ran: boolean;
}

/** One update on a tenant that lies. Data and words only, so that a counterexample can be read. */
export interface UpdateStory {
  readonly before: "no config" | "failed" | "working";
  /** How much of a config the tenant shows. */
  readonly shows: "all but secrets" | "nothing";
  readonly meanwhile: "nobody" | "the same" | "another config" | "another config, later";
  readonly waitSeconds: number;
  /** How far the tenant's clock is ahead of the server's. */
  readonly skewMs: number;
  readonly wholeSeconds: boolean;
  readonly rules: readonly UpdateRule[];
}

const CODES = [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const STATUSES = [302, 400, 401, 403, 404, 408, 409, 412, 425, 429, 499, 500, 501, 503];
const HOUR_MS = 3_600_000;

const anyRow: fc.Arbitrary<UpdateLie> = fc
  .constantFrom<RowLie>(
    "another connector",
    "another app",
    "another type",
    "the old config",
    "deleted",
    "another id form",
    "without id",
  )
  .map((row) => ({ say: "row", row }));

const anyStatus: fc.Arbitrary<UpdateLie> = fc.record({
  say: fc.constant("status" as const),
  status: fc.constantFrom(...STATUSES),
  code: fc.constantFrom(...CODES),
});

const anyLie: fc.Arbitrary<UpdateLie> = fc.oneof(
  anyRow,
  anyRow,
  anyStatus,
  anyStatus,
  fc
    .constantFrom("[]", "null", '"ok"', "", "<!doctype html>")
    .map((body): UpdateLie => ({ say: "useless", body })),
  fc.constant<UpdateLie>({ say: "no answer" }),
  fc.constantFrom(9_000, 30_000).map((ms): UpdateLie => ({ say: "late", ms })),
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
  times: fc.constantFrom(1, 2, 1_000),
  ran: fc.boolean(),
});

/** Answers of every kind, true and false, to one update. */
export const anyUpdateStory: fc.Arbitrary<UpdateStory> = fc
  .record({
    before: fc.constantFrom("no config", "failed", "working"),
    shows: fc.constantFrom("all but secrets", "all but secrets", "nothing"),
    meanwhile: fc.constantFrom("nobody", "nobody", "the same", "another config", "another config, later"),
    waitSeconds: fc.constantFrom(0, 0, 20),
    skewMs: fc.constantFrom(0, 0, HOUR_MS, -HOUR_MS),
    wholeSeconds: fc.boolean(),
    rules: fc.array(anyRule, { maxLength: 4 }),
  })
  .map((story) => ({ ...story, rules: story.rules.map((rule) => keepFair(rule, story)) }));

/*
 * Out of the promise, because nothing could see through them: an answer that says "not run" after the commit, unless a look
 * would show the truth, and one that shows nothing of a config where there was none.
 */
function keepFair(rule: UpdateRule, story: UpdateStory): UpdateRule {
  const { on, lie, ran } = rule;
  if (on !== "write") return rule;
  if (lie.say === "late") return { ...rule, ran: true };
  if (lie.say === "row" && lie.row === "the old config" && story.before === "no config")
    return { ...rule, ran: true };
  if (lie.say !== "status" || !saysNotRun({ rows: "connectors" }, lie)) return rule;
  const shows = !story.rules.some((other) => other.on === "look after");
  return { ...rule, ran: ran && lie.status === 409 && shows };
}
