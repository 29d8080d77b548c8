import { type Episode, FEW } from "./episode.ts";
import { mean, percent, type Report } from "./report.ts";

/** The aim: the share of goals that are reached within `FEW` further calls. */
const AIM = 0.95;

const WORST = 10;

/** Whether the goal was reached within the allowed number of calls. */
export function isMended({ isReached, steps }: Episode): boolean {
  return isReached && steps.length <= 1 + FEW;
}

/** The figures of a group of mistakes, by kind. */
export function reportClosure(
  title: string,
  method: string,
  episodes: readonly Episode[],
  groupOf: (episode: Episode) => string,
): Report {
  const groups = new Map<string, Episode[]>();
  for (const episode of episodes) {
    const name = groupOf(episode);
    groups.set(name, [...(groups.get(name) ?? []), episode]);
  }
  const all = describeGroup("all", episodes);
  const goals = episodes.filter(({ hasGoal }) => hasGoal);
  const wrong = episodes.filter(({ isWrong }) => isWrong).length;
  const missed = [
    ...(goals.filter(isMended).length < AIM * goals.length
      ? [`${percent(goals.filter(isMended).length, goals.length)} reached, below ${100 * AIM} %`]
      : []),
    ...(wrong > 0 ? [`${wrong} wrong changes, and there must be none`] : []),
  ];
  return {
    title,
    method,
    tables: [
      {
        head: [
          "Mistake",
          "calls",
          "with a goal",
          `reached in <= ${FEW}`,
          "share",
          "wrong changes",
          "further calls",
          "tokens",
        ],
        rows: [
          ...[...groups]
            .sort(([a], [b]) => a.localeCompare(b))
            .map(([name, own]) => describeGroup(name, own)),
          all,
        ],
      },
    ],
    notes: [listWorst(episodes)],
    missed,
  };
}

function describeGroup(name: string, episodes: readonly Episode[]): string[] {
  const goals = episodes.filter(({ hasGoal }) => hasGoal);
  const reached = goals.filter(isMended);
  return [
    name,
    String(episodes.length),
    String(goals.length),
    String(reached.length),
    percent(reached.length, goals.length),
    String(episodes.filter(({ isWrong }) => isWrong).length),
    mean(reached.map(({ steps }) => steps.length - 1)),
    mean(reached.map(({ tokens }) => tokens)),
  ];
}

/** The mistakes that were corrected least often, each with an example and our message. */
function listWorst(episodes: readonly Episode[]): string {
  const failed = episodes.filter((episode) => episode.isWrong || (episode.hasGoal && !isMended(episode)));
  const sorts = new Map<string, Episode[]>();
  for (const episode of failed) {
    const name = `${episode.isWrong ? "0 wrong" : "1 not reached"}|${episode.mutant.kind}|${sortOf(lastText(episode))}`;
    sorts.set(name, [...(sorts.get(name) ?? []), episode]);
  }
  const worst = [...sorts]
    .sort(([a, some], [b, others]) => a.charCodeAt(0) - b.charCodeAt(0) || others.length - some.length)
    .slice(0, WORST);
  if (worst.length === 0) return "No call was left unmended, and none changed anything wrongly.";
  const lines = worst.map(([, own], index) => {
    const [first] = own;
    const { mutant, isWrong, task } = first as Episode;
    const call = `${mutant.tool} ${JSON.stringify(mutant.args)}`.slice(0, 260).replaceAll("`", "'");
    const text = lastText(first as Episode)
      .slice(0, 420)
      .replaceAll("\n", " ")
      .replaceAll("`", "'");
    return `${index + 1}. ${mutant.kind}, ${own.length} ${own.length === 1 ? "time" : "times"}${isWrong ? ", **a wrong change**" : ""}; for one, in ${task}: \`${call}\`\n   answered at the end: \`${text}\``;
  });
  return `The worst cases:\n\n${lines.join("\n")}`;
}

function lastText({ steps }: Episode): string {
  return steps.at(-1)?.answer.text ?? "";
}

/** A message without the parts that differ from call to call. */
function sortOf(text: string): string {
  return text.replace(/"[^"]*"|[A-Za-z0-9]{27}|^- [\w.-]+/gm, "_").slice(0, 90);
}
