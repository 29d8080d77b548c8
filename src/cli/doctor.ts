import { systemClock } from "../clock.ts";
import { type Environment, loadConfiguration } from "../config/load.ts";
import { diagnose } from "../doctor/diagnose.ts";
import { formatReport } from "../doctor/format-report.ts";
import { createLogger } from "../log/logger.ts";
import { createRedactor } from "../log/redact.ts";
import { tellPerson } from "../log/stderr.ts";
import type { Arguments } from "./args.ts";
import { examineEntry } from "./examine-entry.ts";
import { readClient } from "./init.ts";
import { exitCodeOf } from "./interrupt.ts";
import { listMappedCredentials } from "./list-mapped-credentials.ts";
import type { Printer } from "./output.ts";
import { ownCommand } from "./own-command.ts";

/**
 * `doctor`: reports what prevents the job, and what to do about it. Examines this terminal's variables or, given a client's name,
 * that client's entry. Returns 0 if nothing known prevents the job, 1 if something does, 2 for an unknown client, or one
 * with `--sandbox`.
 */
export async function runDoctor(
  args: Arguments,
  env: Environment,
  stop: AbortSignal,
  output: Printer,
): Promise<number> {
  const client = args.client === undefined ? undefined : readClient(args);
  if (args.client !== undefined && client === undefined) return 2;
  if (client !== undefined && args.sandbox) {
    tellPerson(
      `doctor ${client} examines the entry, which decides whether it is for the sandbox: leave --sandbox out. To write such an entry: init ${client} --sandbox\n`,
    );
    return 2;
  }
  const subject = client === undefined ? { ...args, env } : examineEntry(client, args, env);
  const redactor = createRedactor();
  const { flags, sandbox } = subject;
  // A client's entry starts the server over stdio.
  const overStdio = client !== undefined;
  const loaded = loadConfiguration(subject.env, flags, { sandbox, redactor, overStdio });
  const { configuration, credentials } = await listMappedCredentials(sandbox, loaded, redactor);
  const logger = createLogger(configuration.settings.logLevel, redactor);
  const closers: (() => Promise<void>)[] = [];
  const tenant = sandbox
    ? await (await import("./start-tenant.ts")).startTenant(redactor, closers)
    : configuration.tenant;
  const setup = { configuration, tenant, credentials, redactor, logger, clock: systemClock, signal: stop };
  const report = await diagnose({ ...subject, ...setup, command: ownCommand() });
  for (const close of closers) await close();
  // The findings of an interrupted check mean nothing.
  if (stop.aborted) return exitCodeOf(stop);
  await output.print(
    args.json ? `${JSON.stringify(report, null, 2)}\n` : formatReport(report, output.paint, output.columns),
  );
  return report.ok ? 0 : 1;
}
