import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TOOLS } from "../src/tools/index.ts";
import { createSearch } from "./bm25.ts";
import { percent, type Report } from "./report.ts";

const FOLDER = join("eval", "finding");

/** Aimed at: the share of requests whose tool is first, or among the first three. */
const AIMS = [
  [1, 0.9],
  [3, 0.98],
] as const;

type Requests = Readonly<Record<string, readonly string[]>>;
type Others = Readonly<Record<string, Readonly<Record<string, string>>>>;

const read = <T>(file: string): T => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as T;

/** Whether requests in other words than ours find our tools among those of other servers. */
export async function reportFinding(): Promise<Report> {
  const requests = read<Requests>("requests.json");
  const others = read<Others>("other-servers.json");
  // Clients put the server's name before the tool's; ours is called as the README calls it.
  const foreign = Object.entries(others).flatMap(([server, tools]) =>
    Object.entries(tools).map(([name, text]) => ({ name, text: `${server} ${text}` })),
  );
  const search = createSearch([
    ...TOOLS.map(({ name, title, description }) => ({ name, text: `c1 ${title} ${description}` })),
    ...foreign,
  ]);
  const ranks = Object.entries(requests).flatMap(([tool, texts]) =>
    texts.map((text) => ({ tool, text, rank: search(text).indexOf(tool) })),
  );
  const isWithin =
    (most: number) =>
    ({ rank }: { readonly rank: number }) =>
      rank !== -1 && rank < most;
  const row = (name: string, own: typeof ranks) => [
    name,
    String(own.length),
    ...AIMS.map(([most]) => percent(own.filter(isWithin(most)).length, own.length)),
  ];
  const lost = ranks.filter((one) => !isWithin(3)(one));
  return {
    title: "Finding the tool",
    method: `A proxy for clients that look for tools by words: BM25 over the names (with the server's), titles and descriptions of our ${TOOLS.length} tools among ${foreign.length} of ${Object.keys(others).length} other servers (their names, and one line each in our own words). The requests are in the words of people who do not know C1's.`,
    tables: [
      {
        head: ["Tool", "requests", ...AIMS.map(([most]) => `recall@${most}`)],
        rows: [
          ...Object.keys(requests).map((tool) =>
            row(
              tool,
              ranks.filter((one) => one.tool === tool),
            ),
          ),
          row("all", ranks),
        ],
      },
    ],
    notes:
      lost.length === 0
        ? []
        : [`Not among the first three:\n\n${lost.map(({ tool, text }) => `- ${tool}: ${text}`).join("\n")}`],
    missed: AIMS.filter(([most, share]) => ranks.filter(isWithin(most)).length < share * ranks.length).map(
      ([most, share]) => `recall@${most} is below ${100 * share} %`,
    ),
  };
}
