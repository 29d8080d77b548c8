import { createLiveBench } from "./bench.ts";
import { doJob, type Step } from "./job.ts";
import { QUESTIONS } from "./questions.ts";
import { type Answered, formatReport } from "./report.ts";
import type { LiveSettings } from "./settings.ts";

export interface LiveRun {
  readonly steps: readonly Step[];
  readonly answered: readonly Answered[];
  /** Why the job failed; empty if it did not. Unexpected findings are no failures. */
  readonly failures: readonly string[];
  readonly markdown: string;
}

/** Does the job and investigates every question as far as possible. Writes a report in any case. */
export async function runLive(settings: LiveSettings, say: (line: string) => void): Promise<LiveRun> {
  const bench = createLiveBench(settings);
  const steps: Step[] = [];
  const answered: Answered[] = [];
  const failures: string[] = [];
  try {
    say(`The job on ${settings.tenant.tenant}:`);
    const facts = await doJob(bench, steps, say);
    const writes = steps.filter((step) => step.writes).length;
    if (bench.audits.length !== writes)
      failures.push(`${bench.audits.length} audit records for ${writes} writes`);
    for (const { title, ask } of QUESTIONS) {
      say(`  ... ${title}`);
      const answers: { what: string; found: string }[] = [];
      await ask(bench, facts, (what, found) => void answers.push({ what, found })).catch((error: unknown) => {
        answers.push({ what: "could not be found out", found: (error as Error).message });
      });
      answered.push({ title, answers });
    }
  } catch (error) {
    failures.push((error as Error).message);
  } finally {
    await bench.close();
  }
  return { steps, answered, failures, markdown: formatReport(bench, steps, answered, failures) };
}
