import { systemClock } from "../clock.ts";
import { type Environment, loadConfiguration } from "../config/load.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { formatReport } from "../doctor/text.ts";
import { createLogger } from "../log/logger.ts";
import { createRedactor } from "../log/redact.ts";
import type { Arguments } from "./args.ts";
import { exitCodeOf } from "./interrupt.ts";
import type { Output } from "./output.ts";
import { startTenant } from "./runtime.ts";

/** `doctor`: what stands in the way of the job, and what to do about it. Returns 0 when nothing known does, else 1. */
export async function runDoctor(
  args: Arguments,
  env: Environment,
  stop: AbortSignal,
  output: Output,
): Promise<number> {
  const redactor = createRedactor();
  const configuration = loadConfiguration(env, args.flags, { sandbox: args.sandbox, redactor });
  const logger = createLogger(configuration.settings.logLevel, redactor);
  const closers: (() => Promise<void>)[] = [];
  const tenant = args.sandbox ? await startTenant(redactor, closers) : configuration.tenant;
  const { flags } = args;
  const report = await diagnose({
    env,
    flags,
    configuration,
    tenant,
    redactor,
    logger,
    clock: systemClock,
    signal: stop,
  });
  for (const close of closers) await close();
  // What a cut short check found says nothing.
  if (stop.aborted) return exitCodeOf(stop);
  await output.print(
    args.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report, output.paint, output.columns),
  );
  return report.ok ? 0 : 1;
}
