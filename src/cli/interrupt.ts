import { constants } from "node:os";

/** Exit code of a command that a signal cut short, as shells count it: 130 for Ctrl-C. */
export function exitCodeOf({ reason }: AbortSignal): number {
  const number = (constants.signals as Readonly<Record<string, number>>)[String(reason)];
  return 128 + (number ?? constants.signals.SIGTERM);
}
