import { promises } from "node:fs";
import { sep } from "node:path";
import type { Redactor } from "../log/redact.ts";
import { type ReadInTime, TooSlow } from "./read-in-time.ts";

/** Files are looked at again after this time at the earliest, in milliseconds. */
const LOOK_MS = 1_000;

/** A file that changed more recently can change again without a change of its times, in milliseconds. */
const UNSETTLED_MS = 2_000;

export interface PrimeOptions {
  /** Values that stay as they are. */
  readonly fixed: () => Iterable<string>;
  /** Folder that holds one file per secret. */
  readonly dir: string | undefined;
  /** Names of the files in the folder. */
  readonly list: (dir: string) => Promise<readonly string[]>;
  /** The value in a file; undefined if it is of no use as a secret. */
  readonly read: (dir: string, name: string) => Promise<string | undefined>;
  /** Keeps a value masked that is in no file any more. */
  readonly remember: (value: string) => void;
  readonly redactor: Redactor;
  readonly inTime: ReadInTime;
  readonly now: () => number;
}

/** A value that is in a file now. */
interface Masked {
  readonly value: string;
  /** Undefined if the file must be read again in any case. */
  readonly stamp: string | undefined;
  readonly forget: () => void;
}

/**
 * Makes the function that masks every configured secret as it is now: another process may have used one that this process never
 * read, or that was rotated since. Only files that changed are read, so a call costs a `stat` for each of them, at most once a
 * second. It never rejects; what cannot be read now stays masked as it was.
 */
export function createPrimer(options: PrimeOptions): () => Promise<void> {
  const { fixed, dir, list, read, remember, redactor, inTime, now } = options;
  const files = new Map<string, Masked>();
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let isFixed = false;

  async function look(): Promise<void> {
    maskFixed();
    if (dir !== undefined) await lookInto(dir);
  }

  function maskFixed(): void {
    if (!isFixed) for (const value of fixed()) redactor.add(value);
    isFixed = true;
  }

  async function lookInto(dir: string): Promise<void> {
    const stamps = await inTime(() => readStamps(dir, list));
    for (const [name, stamp] of stamps) {
      const old = files.get(name)?.stamp;
      if (old === undefined || old !== stamp) await refresh(dir, name, stamp);
    }
    for (const name of files.keys()) if (!stamps.has(name)) retire(name);
  }

  async function refresh(dir: string, name: string, stamp: string | undefined): Promise<void> {
    const value = await inTime(() => read(dir, name)).catch((error: unknown) => {
      if (error instanceof TooSlow) throw error;
      return undefined;
    });
    if (value === undefined) return;
    const old = files.get(name);
    if (old?.value === value) {
      files.set(name, { ...old, stamp });
      return;
    }
    const forget = redactor.add(value);
    retire(name);
    files.set(name, { value, stamp, forget });
  }

  function retire(name: string): void {
    const old = files.get(name);
    if (!old) return;
    files.delete(name);
    remember(old.value);
    old.forget();
  }

  return () => {
    if (looking) return looking;
    const passed = now() - lookedAt;
    // Negative if the machine's clock was set back.
    if (passed >= 0 && passed < LOOK_MS) return Promise.resolve();
    looking = look()
      .catch(() => undefined)
      .finally(() => {
        lookedAt = now();
        looking = undefined;
      });
    return looking;
  };
}

/** What changes with each file; undefined for one that changed just now or cannot be looked at. */
async function readStamps(dir: string, list: PrimeOptions["list"]): Promise<Map<string, string | undefined>> {
  const stamps = new Map<string, string | undefined>();
  for (const name of await list(dir)) {
    const stat = await promises.stat(`${dir}${sep}${name}`).catch(() => undefined);
    // The file's times are those of the machine's clock.
    const isSettled = stat !== undefined && Date.now() - stat.ctimeMs > UNSETTLED_MS;
    stamps.set(name, isSettled ? [stat.mtimeMs, stat.ctimeMs, stat.size, stat.ino].join(" ") : undefined);
  }
  return stamps;
}
