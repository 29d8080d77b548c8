import { constants } from "node:os";

/** The exit code of a command that a signal interrupted, by the shells' convention: 130 for Ctrl-C. */
export function exitCodeOf({ reason }: AbortSignal): number {
  const number = (constants.signals as Readonly<Record<string, number>>)[String(reason)];
  return 128 + (number ?? constants.signals.SIGTERM);
}
