import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { verifyFiles } from "../../src/audit/verify.ts";
import { checkProperty } from "../faults/check-property.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { bundleFixture } from "../fixture/bundle.ts";
import { makeAuditLines } from "../support/audit-lines.ts";

/*
 * The files of honest processes must never look tampered with, even if processes are killed while they write, share a file, or have
 * it rotated meanwhile. They run in real time, because only a real process can be killed.
 */

let scripts: string;
let script: string;
let folder: string;
let file: string;

beforeAll(async () => {
  scripts = mkdtempSync(join(tmpdir(), "audit-writer-"));
  script = await bundleFixture(scripts, "audit-writer");
});
afterAll(() => rmSync(scripts, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-kill-"));
  file = join(folder, "audit.jsonl");
});
afterEach(() => rmSync(folder, { recursive: true }));

const verify = (files: readonly string[]) => verifyFiles(files, [], new AbortController().signal);

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Starts a process that writes this many attempts; resolves when it is about to, or has written the first one. */
async function startWriter(count: number, said: "ready" | "wrote" = "ready") {
  const child = spawn(process.execPath, [script, file, String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  let text = "";
  while (!text.includes(said)) text += String((await once(child.stdout, "data"))[0]);
  return { kill: () => child.kill("SIGKILL"), ended };
}

it(
  "two concurrent processes, killed at random, with file rotation in between: no alarm, and open intents are named",
  async () => {
    const aside: string[] = [];
    for (let round = 0; round < RUNS.kills; round += 1) {
      // In every other round also before the first record is whole.
      const said = round % 2 === 0 ? "ready" : "wrote";
      const writers = await Promise.all([startWriter(100_000, said), startWriter(100_000, said)]);
      await pause(Math.random() * 60);
      if (round % 3 === 0 && existsSync(file)) {
        aside.push(`${file}.${round}`);
        renameSync(file, `${file}.${round}`);
        await pause(Math.random() * 20);
      }
      for (const { kill } of writers) kill();
      await Promise.all(writers.map(({ ended }) => ended));
    }
    const files = [...aside, file].filter(existsSync);
    const { verdict, findings, late, chains, openIntents } = await verify(files);
    expect({ verdict, findings, late }).toEqual({ verdict: "intact", findings: [], late: [] });
    // Two in every other round at least.
    expect(chains).toBeGreaterThanOrEqual(RUNS.kills);
    // Whatever the order, even for pairs in two files.
    const other = await verify(files.reverse());
    expect({ verdict: other.verdict, open: other.openIntents.length }).toEqual({
      verdict,
      open: openIntents.length,
    });
    // A line that a kill cut off is not a record.
    const whole = files.flatMap((name) => readFileSync(name, "utf8").split("\n")).filter(isWhole);
    const count = (kind: string) => whole.filter((line) => line.includes(`"record":"${kind}"`)).length;
    expect(openIntents).toHaveLength(count("intent") - count("outcome"));
  },
  PATIENCE_MS,
);

it(
  "a file that breaks off anywhere and continues: no alarm, and the line is named",
  async () => {
    const made = makeAuditLines();
    for (let index = 0; index < 20; index += 1) made.add(index % 2);
    const whole = Buffer.from(made.lines.map((line) => `${line}\n`).join(""));
    await checkProperty(
      fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
        writeFileSync(file, whole.subarray(0, length));
        const broken = length > 0 && whole[length - 1] !== 0x0a && whole[length] !== 0x0a;
        const { verdict, files } = await verify([file]);
        expect({ verdict, torn: files[0]?.torn.length }).toEqual({ verdict: "intact", torn: broken ? 1 : 0 });
        const { ended } = await startWriter(1);
        await ended;
        const after = await verify([file]);
        expect([after.verdict, after.findings]).toEqual(["intact", []]);
        expect(after.files[0]?.torn).toEqual(files[0]?.torn);
      }),
      RUNS.kills,
    );
  },
  PATIENCE_MS,
);
