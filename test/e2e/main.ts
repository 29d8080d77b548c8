import { existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { build } from "./build.ts";
import { claudeCode } from "./claude-code.ts";
import { codex } from "./codex.ts";
import { conformance } from "./conformance.ts";
import { init } from "./init.ts";
import { inspector } from "./inspector.ts";
import { createKit, MAIN, Missing } from "./kit.ts";
import { nginx } from "./nginx.ts";
import { page } from "./page.ts";
import { registry } from "./registry.ts";
import { store } from "./store.ts";
import type { Suite } from "./suite.ts";
import { tasks } from "./tasks.ts";

const SUITES: readonly Suite[] = [
  conformance,
  inspector,
  claudeCode,
  codex,
  init,
  registry,
  nginx,
  page,
  store,
  tasks,
  build,
];

interface Row {
  readonly suite: string;
  readonly check: string;
  readonly result: "pass" | "FAIL" | "skip";
  readonly seconds: number;
  readonly detail: string;
}

/** Runs the named suites, or all. Returns the exit code: 0 only if nothing failed. */
export async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    say(`No suite named ${unknown.join(", ")}. There are: ${SUITES.map(({ name }) => name).join(", ")}.`);
    return 2;
  }
  if (!existsSync(MAIN)) {
    say("dist/main.js is missing: run `npm run build` first.");
    return 2;
  }
  const kit = await createKit();
  const stop = (code: number) => void kit.close().finally(() => process.exit(code));
  process.once("SIGINT", () => stop(130)).once("SIGTERM", () => stop(143));
  process.once("uncaughtException", (error) => {
    say(`\nThe run itself broke: ${error.stack}`);
    stop(1);
  });
  const rows: Row[] = [];
  try {
    for (const suite of SUITES) {
      if (names.length > 0 && !names.includes(suite.name)) continue;
      say(`\n${suite.name}: ${suite.what}`);
      for (const check of suite.checks) {
        const row = await attempt(suite, check.name, () => check.run(kit));
        rows.push(row);
        say(
          `  ${row.result}  ${row.check}${row.detail && `\n        ${row.detail.replaceAll("\n", "\n        ")}`}`,
        );
      }
    }
  } finally {
    await kit.close();
  }
  printTable(rows);
  return rows.some(({ result }) => result === "FAIL") ? 1 : 0;
}

async function attempt(suite: Suite, check: string, run: () => Promise<string>): Promise<Row> {
  const started = Date.now();
  const row = (result: Row["result"], detail: string): Row => {
    return { suite: suite.name, check, result, seconds: (Date.now() - started) / 1000, detail };
  };
  try {
    return row("pass", await run());
  } catch (error) {
    const message = stripVTControlCharacters((error as Error).message).trim();
    return row(error instanceof Missing ? "skip" : "FAIL", message);
  }
}

function printTable(rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ check }) => check.length));
  say("\n| suite       | result | seconds | check");
  for (const { suite, check, result, seconds } of rows) {
    say(
      `| ${suite.padEnd(11)} | ${result}   | ${seconds.toFixed(1).padStart(7)} | ${check.padEnd(width).trimEnd()}`,
    );
  }
  const count = (wanted: Row["result"]) => rows.filter(({ result }) => result === wanted).length;
  say(`\n${count("pass")} passed, ${count("FAIL")} failed, ${count("skip")} skipped`);
  for (const { suite, check, result, detail } of rows) {
    if (result === "skip") say(`skipped: ${suite}: ${check}: ${detail}`);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
