import { beforeAll, describe, expect, it } from "vitest";
import { type Cases, listCases, runCases } from "../../eval/closure.ts";
import type { Episode } from "../../eval/episode.ts";
import { type Golden, runGolden } from "../../eval/golden.ts";
import { isMended } from "../../eval/report-closure.ts";
import { loadTasks } from "../../eval/task.ts";
import { saysNothing } from "../../eval/worse.ts";

/*
 * A small part of `npm run eval`: a few tasks without waiting, with each kind of mistake at least once. It fails if a message no
 * longer says how to correct a mistake.
 */

const NAMES = [
  "app-with-owner",
  "app-matching-strict",
  "app-with-cost",
  "connector-okta-other-secret",
  "owner-by-ids",
  "find-policies",
];

/** The share of mistakes that must be corrected. Some rightly need a question to the person. */
const SHARE = 0.93;

let goldens: Golden[];
let cases: Cases;
let episodes: Episode[];

beforeAll(async () => {
  const tasks = loadTasks().filter(({ name }) => NAMES.includes(name));
  goldens = await Promise.all(tasks.map(runGolden));
  cases = await listCases(goldens, "1");
  episodes = await runCases(cases.singles);
});

const describeEpisode = ({ mutant, steps }: Episode) =>
  `${mutant.kind}: ${mutant.tool} ${JSON.stringify(mutant.args)} ended in ${steps.at(-1)?.answer.text}`;

describe("the evaluation's literal agent", () => {
  it("can do all tasks without mistakes", () => {
    expect(goldens).toHaveLength(NAMES.length);
    expect(goldens.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it("changes nothing wrongly by any mistake", () => {
    expect(episodes.length).toBeGreaterThan(150);
    expect(episodes.filter(({ isWrong }) => isWrong).map(describeEpisode)).toEqual([]);
  });

  it("recovers from mistakes in at most two further calls", () => {
    const goals = episodes.filter(({ hasGoal }) => hasGoal);
    const left = goals.filter((episode) => !isMended(episode));
    expect(1 - left.length / goals.length, left.map(describeEpisode).join("\n")).toBeGreaterThan(SHARE);
  });

  it.each([
    "misspelt key",
    "other casing",
    "missing required",
    "extra nesting",
    "JSON text for an object",
    "number as text",
    "near miss of an enum",
    "name for an id",
    "stale id",
    "near name",
    "secret not by reference",
    "config key",
    "tool that is not there",
    "wrong tool",
    "invented key",
    "synonym of a key",
    "null for what is not set",
    "empty text",
  ])("recovers from most of these: %s", (kind) => {
    const own = episodes.filter((episode) => episode.hasGoal && episode.mutant.kind === kind);
    expect(own.length).toBeGreaterThan(0);
    const left = own.filter((episode) => !isMended(episode));
    expect(left.length, left.map(describeEpisode).join("\n")).toBeLessThanOrEqual(own.length / 4);
  });

  it("does worse on a server without helpful messages", async () => {
    const some = cases.singles.filter((_case, index) => index % 8 === 0);
    const worse = (await runCases(some, saysNothing)).filter(({ hasGoal }) => hasGoal);
    expect(worse.filter(isMended).length / worse.length).toBeLessThan(0.5);
  });
});
