import { parseArgs } from "node:util";

const PARTS = ["tasks", "finding", "injection", "closure", "worse"] as const;

export type PartName = (typeof PARTS)[number];

export interface Options {
  readonly parts: readonly PartName[];
  readonly write: boolean;
  /** The heading in eval/RESULTS.md. */
  readonly section: string;
  readonly seed: string;
  /** Only every n-th mistake is made. */
  readonly every: number;
}

export const USAGE = `npm run eval -- [options]
  --only PARTS   some of ${PARTS.join(",")}
  --seed TEXT    which random choices are made, default 1
  --every N      only every N-th mistake: a quicker look
  --write        put the results into eval/RESULTS.md
  --section NAME under this heading there, default Now`;

/** Throws an Error that names the mistake in the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      seed: { type: "string", default: "1" },
      every: { type: "string", default: "1" },
      write: { type: "boolean", default: false },
      section: { type: "string", default: "Now" },
    },
  });
  const every = Number(values.every);
  if (!Number.isSafeInteger(every) || every < 1) throw new Error("--every must be a whole number above 0");
  if (values.write && every > 1) throw new Error("--write is for whole runs: leave --every out");
  const parts = values.only === undefined ? [...PARTS] : values.only.split(",").map(readPart);
  return { parts, every, write: values.write, section: values.section, seed: values.seed };
}

function readPart(text: string): PartName {
  const part = PARTS.find((name) => name === text.trim());
  if (part === undefined) throw new Error(`--only: there is no part "${text}"`);
  return part;
}
