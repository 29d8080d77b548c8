import type { FileEnd } from "./audit-file.ts";

/** Links a record to those before it. docs/audit.md defines each field byte for byte. */
export interface ChainLink {
  /** A random id of the process. */
  readonly chain: string;
  /** Position in the chain, from 0. */
  readonly seq: number;
  /** Hash of the previous record in the chain. */
  readonly prev: string;
  /** Hash of another process's record that the file ended with, if it did. */
  readonly after?: string;
  /** Set on the first record of the process in this file, unless it is the first of the chain. */
  readonly opens?: true;
  readonly hash: string;
}

export interface Sealed {
  readonly record: Readonly<Record<string, unknown>>;
  readonly link: ChainLink;
  /** Without its line end. */
  readonly line: string;
}

export interface Chain {
  /** Makes a record the next link, for a file that ends as given. The first record is preceded by the one that starts the chain. */
  seal(record: Sealed["record"], end: FileEnd): readonly Sealed[];
  /** Confirms that this many of the lines sealed last are in the file; the next ones follow them. */
  advance(lines: number): void;
}

const NOTHING_BEFORE = "0".repeat(64);
const ENDING = /,"hash":"([0-9a-f]{64})"\}\n?$/;

/** @param start fields of the record that starts the chain; called with the first record. */
export function createChain(start: () => Sealed["record"]): Chain {
  const chain = crypto.randomUUID();
  let sealed: readonly Sealed[] = [];
  let last: ChainLink | undefined;

  function sealOne(record: Sealed["record"], before: ChainLink | undefined, end: FileEnd): Sealed {
    const prev = before?.hash ?? NOTHING_BEFORE;
    const after = ENDING.exec(end.text)?.[1];
    const place = {
      chain,
      seq: before === undefined ? 0 : before.seq + 1,
      prev,
      ...(after !== undefined && after !== prev && { after }),
      ...(end.isNew && before !== undefined && { opens: true as const }),
    };
    const open = JSON.stringify({ ...place, ...record }).slice(0, -1);
    const hash = sha256(open);
    return { record, link: { ...place, hash }, line: `${open},"hash":"${hash}"}` };
  }

  return {
    seal(record, end) {
      const first = last === undefined ? sealOne(start(), undefined, end) : undefined;
      const next = sealOne(record, first?.link ?? last, first ? { text: first.line, isNew: false } : end);
      sealed = first === undefined ? [next] : [first, next];
      return sealed;
    },
    advance(lines) {
      last = sealed[lines - 1]?.link ?? last;
    },
  };
}

/** Not imported, because that would add a few milliseconds to every start. */
function sha256(text: string): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
}
