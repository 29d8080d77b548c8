import { promises } from "node:fs";
import { sep } from "node:path";
import { systemClock } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Redactor } from "../log/redact.ts";
import { createSecretMemory } from "../log/secret-memory.ts";
import { quoteForeign } from "../text.ts";
import { findMisnamed, isIgnoredFile } from "./ignored-files.ts";
import { createPrimer } from "./prime-secrets.ts";
import { createReadInTime, type ReadInTime, TooSlow } from "./read-in-time.ts";
import { isTooShort, TOO_SHORT } from "./secret-file.ts";
import { PLACEHOLDER, SECRET_NAME, SECRET_NAME_RULE, SECRET_PREFIX, SECRETS_DIR } from "./secret-names.ts";
import { readSmallFile } from "./small-file.ts";

const MAX_SECRET_BYTES = 64 * 1024;
const MAX_NAMES = 50;

/** How many values that were read stay masked although they may no longer be configured, over all secrets. */
const MAX_MASKED = 200;

/** Secrets that a tool's caller refers to by name and never sees. */
export interface SecretStore {
  /** Returns the current value; a file is read each time. Rejects with a Failure that contains names only. */
  read(name: string): Promise<string>;
  /** Names of the configured secrets, sorted, at most fifty. */
  names(): Promise<string[]>;
  /** Files in the folder that are ignored because of their names, sorted. */
  ignored(): Promise<string[]>;
  /**
   * Masks every secret as it is now, before C1's text is shown, which may repeat one that this process has not used yet. Never
   * rejects.
   */
  prime(): Promise<void>;
}

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that holds one file per secret. */
  readonly dir: string | undefined;
  readonly redactor: Redactor;
  /** Runs the reads of the folder. */
  readonly inTime?: ReadInTime;
  /** In milliseconds. */
  readonly now?: () => number;
}

export function createSecretStore({
  env,
  dir,
  redactor,
  inTime = createReadInTime(),
  now = systemClock.now,
}: SecretSources): SecretStore {
  const mask = createSecretMemory(redactor, MAX_MASKED);
  const own = Object.keys(env)
    .filter((name) => name.startsWith(SECRET_PREFIX) && env[name] !== undefined && env[name] !== "")
    .map((name) => name.slice(SECRET_PREFIX.length))
    .filter((name) => SECRET_NAME.test(name));
  // A file and a variable of one name are both masked, although neither is used.
  const prime = createPrimer({
    fixed: () => own.flatMap((name) => usable(env[SECRET_PREFIX + name]) ?? []),
    dir,
    list: (dir) => listFiles(dir),
    read: async (dir, name) => usable(await readFrom(dir, name)),
    remember: mask,
    redactor,
    inTime,
    now,
  });

  async function names(): Promise<string[]> {
    const files = dir === undefined ? [] : await inTime(() => listFiles(dir)).catch(() => []);
    return [...new Set([...own, ...files])].sort().slice(0, MAX_NAMES);
  }

  async function ignored(): Promise<string[]> {
    const files = dir === undefined ? [] : await inTime(() => listFiles(dir, isIgnoredFile)).catch(() => []);
    return files.sort();
  }

  async function find(name: string): Promise<string> {
    const variable = env[SECRET_PREFIX + name];
    const fromEnv = variable === "" ? undefined : variable;
    const fromFile = dir === undefined ? undefined : await readInTime(dir, name);
    if (fromEnv !== undefined && fromFile !== undefined) {
      throw new Failure(
        "not_configured",
        `The secret ${name} is in two places: the variable ${SECRET_PREFIX}${name} and a file of that name in ${SECRETS_DIR}.`,
        { next: "The operator of the server must remove one of them." },
      );
    }
    const value = trimLineEnds(fromEnv ?? fromFile);
    if (value === undefined) throw missing(name, await names(), findMisnamed(name, await ignored()));
    const fault = findFault(value);
    if (fault !== undefined) throw unusable(name, fault);
    return value;
  }

  function readInTime(dir: string, name: string): Promise<string | undefined> {
    return inTime(() => readFrom(dir, name)).catch((error: unknown) => {
      throw error instanceof TooSlow ? tooSlow(name) : error;
    });
  }

  return {
    names,
    ignored,
    prime,
    async read(name) {
      if (!SECRET_NAME.test(name)) {
        throw new Failure("invalid_arguments", `That is no name of a secret: ${SECRET_NAME_RULE}.`);
      }
      return mask(await find(name));
    },
  };
}

function trimLineEnds(value: string | undefined): string | undefined {
  return value?.replace(/(?:\r?\n)+$/, "");
}

/** Undefined for what is never used as a secret. */
function usable(text: string | undefined): string | undefined {
  const value = trimLineEnds(text);
  return value !== undefined && findFault(value) === undefined ? value : undefined;
}

function findFault(value: string): string | undefined {
  if (value.trim() === "") return "it is empty";
  if (PLACEHOLDER.test(value)) return "the client did not fill in its placeholder";
  return isTooShort(value) ? `it ${TOO_SHORT}` : undefined;
}

async function listFiles(
  dir: string,
  isWanted = (name: string) => SECRET_NAME.test(name),
): Promise<string[]> {
  const entries = await promises.readdir(dir, { withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory() && isWanted(entry.name)).map(({ name }) => name);
}

/** Undefined if the file does not exist. Links are followed, because Kubernetes mounts use them, but not out of the folder. */
async function readFrom(dir: string, name: string): Promise<string | undefined> {
  try {
    const [root, path] = await Promise.all([
      promises.realpath(dir),
      promises.realpath(`${dir}${sep}${name}`),
    ]);
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep))
      throw new Error("it leads out of the folder");
    return await readSmallFile(path, MAX_SECRET_BYTES);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return undefined;
    throw unusable(name, error instanceof Error && code === undefined ? error.message : `${code}`);
  }
}

/** @param misnamed a file that was probably meant for it. */
function missing(name: string, known: readonly string[], misnamed: string | undefined): Failure {
  const what = `The server has no secret ${name}. Configured secrets: ${known.join(", ") || "none"}.`;
  if (misnamed !== undefined) {
    return new Failure(
      "not_configured",
      `${what} The file ${quoteForeign(misnamed, 80)} in the folder that ${SECRETS_DIR} names is ignored because of its name.`,
      { next: `Ask the operator of the server to rename that file to ${name}.` },
    );
  }
  const operator = `the operator of the server to put it into the variable ${SECRET_PREFIX}${name} or into a file ${name} in the folder that ${SECRETS_DIR} names`;
  return new Failure("not_configured", what, {
    next: known.length > 0 ? `Refer to one of those, or ask ${operator}` : `Ask ${operator}`,
  });
}

function unusable(name: string, reason: string): Failure {
  return new Failure("not_configured", `The secret ${name} cannot be used: ${reason}.`, {
    next: `The operator of the server must correct it, in ${SECRET_PREFIX}${name} or ${SECRETS_DIR}.`,
  });
}

function tooSlow(name: string): Failure {
  return new Failure(
    "unavailable",
    `The secret ${name} cannot be read: the folder that ${SECRETS_DIR} names takes too long. Its disk or mount may hang.`,
    { next: "Try again in a moment." },
  );
}
