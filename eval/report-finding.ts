import { loadOtherServers, loadRequests, type Part, type Request } from "./finding/requests.ts";
import { INDEXES, type Index, ownName, searchTools } from "./finding/search.ts";
import { percent, type Report } from "./report.ts";

/** The aims: the shares of requests, without the fresh ones, whose tool is first, or among the first three. */
const AIMS = [
  [1, 0.9],
  [3, 0.98],
] as const;

/** The indexes for which the aims hold: the documented one that has most in it, and the one in the aims' words. */
const AIMED: readonly Index[] = ["names, descriptions, arguments", "names, descriptions"];

const MAIN: Index = "names, descriptions, arguments";

/** Clients load at most five tools per search. */
const SHOWN = [1, 3, 5] as const;

interface Ranked extends Request {
  /** From 0; -1 if the tool is not found. */
  readonly rank: number;
}

type Search = (query: string) => string[];

/** Ignores other servers' tools that are as right as ours, unless `isStrict`. */
const rank = (requests: readonly Request[], search: Search, isStrict = false): Ranked[] =>
  requests.map((request) => ({
    ...request,
    rank: search(request.words)
      .filter((name) => isStrict || !request.also.includes(name))
      .indexOf(ownName(request.tool)),
  }));

const countWithin = (ranked: readonly Ranked[], most: number) =>
  ranked.filter((one) => one.rank !== -1 && one.rank < most).length;

const describe = (names: readonly string[], ranked: readonly Ranked[]) => [
  ...names,
  String(ranked.length),
  ...SHOWN.map((most) => percent(countWithin(ranked, most), ranked.length)),
];

const HEAD = ["requests", ...SHOWN.map((most) => `recall@${most}`)];

const HALVES: readonly Part[] = ["looked at", "held out"];

/** Whether requests in people's own words find our tools among those of other servers. */
export async function reportFinding(): Promise<Report> {
  const requests = loadRequests();
  const others = loadOtherServers();
  const rankAll = (index: Index) => rank(requests, searchTools(index, others));
  const byIndex = (Object.keys(INDEXES) as Index[]).map((index) => ({ index, ranked: rankAll(index) }));
  const main = byIndex.find(({ index }) => index === MAIN)?.ranked ?? [];
  const tools = [...new Set(requests.map(({ tool }) => tool))];
  const count = Object.values(others).reduce((sum, server) => sum + Object.keys(server.tools).length, 0);
  const shared = requests.filter(({ also }) => also.length > 0).length;
  const lost = main.filter(({ part, rank: at }) => part === "looked at" && (at === -1 || at >= 3));
  return {
    title: "Finding the tool",
    method: `A proxy for clients that look for tools by words: BM25 over our ${tools.length} tools among ${count} of ${Object.keys(others).length} other servers (their names and those of their arguments; what they do in our own words). README.md says whose documentation describes each index; the tables by tool, by part and without skipping are for "${MAIN}". The requests are in the words of people who do not know C1's. ${shared} of them do not say whose apps, people or policies they mean; a tool of another server that is as right for these is skipped, and the last line of the first table does not skip it. The aims are for both halves together; "fresh" requests were written before the last change of words and measured before and after it.`,
    tables: [
      {
        head: ["What is searched", "Part", ...HEAD],
        rows: [
          ...byIndex.flatMap(({ index, ranked }) => [
            ...HALVES.map((part) => describe([index, part], ofParts(ranked, [part]))),
            describe([index, "both halves"], ofParts(ranked, HALVES)),
            describe([index, "fresh"], ofParts(ranked, ["fresh"])),
          ]),
          describe(
            [`${MAIN}; nothing skipped`, "both halves"],
            ofParts(rank(requests, searchTools(MAIN, others), true), HALVES),
          ),
        ],
      },
      {
        head: ["Tool, both halves", ...HEAD],
        rows: tools.map((tool) =>
          describe(
            [tool],
            ofParts(main, HALVES).filter((one) => one.tool === tool),
          ),
        ),
      },
    ],
    notes:
      lost.length === 0
        ? []
        : [
            `Of the half that is looked at, not among the first three:\n\n${lost.map(({ tool, words }) => `- ${tool}: ${words}`).join("\n")}`,
          ],
    missed: AIMED.flatMap((index) => {
      const ranked = ofParts(byIndex.find((one) => one.index === index)?.ranked ?? [], HALVES);
      return AIMS.filter(([most, share]) => countWithin(ranked, most) < share * ranked.length).map(
        ([most, share]) =>
          `recall@${most} by ${index} is ${percent(countWithin(ranked, most), ranked.length)}, below ${100 * share} %`,
      );
    }),
  };
}

const ofParts = (ranked: readonly Ranked[], parts: readonly Part[]) =>
  ranked.filter(({ part }) => parts.includes(part));
