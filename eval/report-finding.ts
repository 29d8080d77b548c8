import { loadOtherServers, loadRequests, type Request } from "./finding/requests.ts";
import { ownName, searchTools } from "./finding/search.ts";
import { percent, type Report } from "./report.ts";

/** The aims: the shares of requests whose tool is first, or among the first three. */
const AIMS = [
  [1, 0.9],
  [3, 0.98],
] as const;

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

/** Whether requests in people's own words find our tools among those of other servers. */
export async function reportFinding(): Promise<Report> {
  const requests = loadRequests();
  const others = loadOtherServers();
  const search = searchTools("with arguments", others);
  const main = rank(requests, search);
  const halves = (name: string, ranked: readonly Ranked[]) => [
    describe(
      [name, "looked at"],
      ranked.filter(({ isHeldOut }) => !isHeldOut),
    ),
    describe(
      [name, "held out"],
      ranked.filter(({ isHeldOut }) => isHeldOut),
    ),
    describe([name, "both"], ranked),
  ];
  const tools = [...new Set(requests.map(({ tool }) => tool))];
  const count = Object.values(others).reduce((sum, server) => sum + Object.keys(server.tools).length, 0);
  const shared = requests.filter(({ also }) => also.length > 0).length;
  const lost = main.filter(({ isHeldOut, rank: at }) => !isHeldOut && (at === -1 || at >= 3));
  return {
    title: "Finding the tool",
    method: `A proxy for clients that look for tools by words: BM25 over our ${tools.length} tools among ${count} of ${Object.keys(others).length} other servers (their names and those of their arguments; what they do in our own words). The main figure searches what Anthropic's tool search does: names, descriptions, argument names and argument descriptions. The requests are in the words of people who do not know C1's. ${shared} of them do not say whose apps, people or policies they mean; a tool of another server that is as right for these is skipped, and the last line does not skip it.`,
    tables: [
      {
        head: ["What is searched", "Half", ...HEAD],
        rows: [
          ...halves("with arguments", main),
          ...halves("names, titles, descriptions", rank(requests, searchTools("without arguments", others))),
          describe(["with arguments, nothing skipped", "both"], rank(requests, search, true)),
        ],
      },
      {
        head: ["Tool, with arguments", ...HEAD],
        rows: tools.map((tool) =>
          describe(
            [tool],
            main.filter((one) => one.tool === tool),
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
    missed: AIMS.filter(([most, share]) => countWithin(main, most) < share * main.length).map(
      ([most, share]) =>
        `recall@${most} is ${percent(countWithin(main, most), main.length)}, below ${100 * share} %`,
    ),
  };
}
