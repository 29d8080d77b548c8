import type { Caller } from "../caller.ts";
import type { Logger } from "../log/logger.ts";
import { CREDENTIALS_FILE, type Mapping } from "./entry.ts";
import { findEntry, findUnproven } from "./find-entry.ts";

/** More callers than a server has; then the oldest lines are repeated. */
const MAX_REMEMBERED = 1_000;

/** Logs callers whom the file does not serve as its author may expect, each of them once for each version of the file. */
export function createRefusedReport(logger: Logger): (mapping: Mapping, caller: Caller | undefined) => void {
  let told = new Set<string>();
  let last: Mapping | undefined;
  return (mapping, caller) => {
    if (caller === undefined) return;
    const { name: principal } = caller;
    if (mapping !== last || told.size >= MAX_REMEMBERED) told = new Set();
    last = mapping;
    if (told.has(principal)) return;
    const unproven = findUnproven(mapping, caller);
    if (unproven === undefined && findEntry(mapping, caller) !== undefined) return;
    told.add(principal);
    if (unproven === undefined)
      logger.info({ principal }, `no entry of ${CREDENTIALS_FILE} is for this caller`);
    else
      logger.warn(
        { principal, entry: unproven.name },
        `an entry of ${CREDENTIALS_FILE} has the caller's e-mail address, which their token does not call verified`,
      );
  };
}
