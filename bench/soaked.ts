import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Table } from "./markdown.ts";
import { judge, type Part } from "./report.ts";

/** Growth of memory between the two readings, in percent. */
export const GROWTH_AIM = { most: 10 };

/** Runs `npm run soak` in its own process, and reports its output as a table. */
export const measureSoak: Part = async ({ dist, progress }) => {
  if (dist !== "dist") throw new Error("soak measures dist alone: leave --dist out");
  progress("soak: up to twenty minutes");
  const reports = (await runSoak()).trim().split("\n\n");
  const summaries = reports.map((printed) => printed.split("\n")[0]);
  return {
    title: "Soak",
    method:
      "`npm run soak`: reads, previews, writes and mistakes of both eras in turn, 16 at a time, against a sandbox tenant, over stdio and then over HTTP; the first reading after 10,000 calls. " +
      `Garbage is collected before each reading. "When idle" is half a minute later, with no caller connected. They ended with: ${summaries.join("; ")}.`,
    tables: reports.map(tabulateSoak),
  };
};

async function runSoak(): Promise<string> {
  const args = ["test/faults/run.mjs", "bench/soak.ts"];
  try {
    return (await promisify(execFile)(process.execPath, args)).stdout;
  } catch (error) {
    // Exit code 1 means that the memory grew, which is a result, too.
    const { stdout = "" } = error as { stdout?: string };
    if (stdout.includes("RSS growth")) return stdout;
    throw error;
  }
}

/** Parses the output for one transport: a summary, the heads of three columns, a line for each reading, and the growth. */
export function tabulateSoak(printed: string): Table {
  const [summary = "", head = "", ...lines] = printed.trim().split("\n");
  const starts = [...head.matchAll(/\S+(?: \S+)*/g)].map(({ index }) => index);
  const cut = (line: string) => [0, ...starts].map((from, at) => line.slice(from, starts[at]).trim());
  const growth = Number(/^RSS growth (-?[\d.]+) %/m.exec(printed)?.[1]);
  const percent = (value: number) => `${value.toFixed(1)} %`;
  return {
    head: [`Held, ${summary.split(":")[0]}`, ...cut(head).slice(1), "aim", "met"],
    rows: [
      ...lines.slice(0, -1).map(cut),
      ["growth of RSS", "", percent(growth), "", ...judge(growth, GROWTH_AIM, percent)],
    ],
  };
}
