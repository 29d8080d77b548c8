import { createReadInTime, type ReadInTime } from "../config/read-in-time.ts";
import type { Logger } from "../log/logger.ts";
import { CREDENTIALS_FILE, type Mapping } from "./entry.ts";
import { describeFault, type Fault } from "./fault.ts";
import { readMapping, stampOf } from "./read-mapping.ts";

export interface MappingSource {
  /** The mapping in force, from the newest valid version of the file. Never rejects. */
  current(): Promise<Mapping>;
  /** Whether the file has changed since then and cannot be read or used. */
  isStale(): boolean;
}

export interface WatchOptions {
  readonly path: string;
  /** What was read at start-up. */
  readonly first: { readonly stamp: string; readonly mapping: Mapping };
  /** Checks a version beyond its form. */
  readonly judge: (mapping: Mapping) => readonly Fault[];
  /** Runs before a new mapping takes effect. */
  readonly prepare: (mapping: Mapping) => Promise<void>;
  readonly logger: Logger;
  readonly inTime?: ReadInTime;
}

/**
 * Follows the file by its path. Each call checks it for changes, but only one check runs at a time: calls that arrive meanwhile
 * wait for it. An invalid version is logged once, and the previous one stays in force.
 */
export function watchMapping(options: WatchOptions): MappingSource {
  const { path, first, judge, prepare, logger, inTime = createReadInTime() } = options;
  let mapping = first.mapping;
  let seen = first.stamp;
  let isRefused = false;
  let hangs = false;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const stamp = await inTime(() => stampOf(path));
    if (stamp !== seen) await take(await inTime(() => readMapping(path)));
    hangs = false;
  }

  async function take({ stamp, parsed }: Awaited<ReturnType<typeof readMapping>>): Promise<void> {
    seen = stamp;
    const faults = "faults" in parsed ? parsed.faults : judge(parsed.mapping);
    isRefused = "faults" in parsed || faults.length > 0;
    if ("faults" in parsed || faults.length > 0) {
      const why = faults.map(describeFault);
      logger.error(
        { why },
        `${CREDENTIALS_FILE} has changed and cannot be used: what it said before stays in force`,
      );
      return;
    }
    await prepare(parsed.mapping);
    mapping = parsed.mapping;
    logger.info({ entries: mapping.entries.length }, `${CREDENTIALS_FILE} has changed and is in force`);
  }

  function fail(err: unknown): void {
    if (!hangs)
      logger.error({ err }, `${CREDENTIALS_FILE} cannot be looked at: what it said last stays in force`);
    hangs = true;
  }

  return {
    async current() {
      looking ??= look()
        .catch(fail)
        .finally(() => {
          looking = undefined;
        });
      await looking;
      return mapping;
    },
    isStale: () => isRefused || hangs,
  };
}
