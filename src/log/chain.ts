import type { FileEnd } from "./audit-file.ts";

/** What ties a record to those before it. docs/audit.md defines each field to the byte. */
export interface Link {
  /** A random id of the process. */
  readonly chain: string;
  /** Place in the chain, from 0. */
  readonly seq: number;
  /** Hash of the record before it in the chain. */
  readonly prev: string;
  /** Hash of the record of another process that the file ended with, if it did. */
  readonly after?: string;
  /** It is the first of the process in this file, although not in the chain. */
  readonly opens?: true;
  readonly hash: string;
}

export interface Sealed {
  readonly record: Readonly<Record<string, unknown>>;
  readonly link: Link;
  /** Without its line end. */
  readonly line: string;
}

export interface Chain {
  /** A record as the next link, for a file that ends so. The first has the record that starts the chain before it. */
  seal(record: Sealed["record"], end: FileEnd): readonly Sealed[];
  /** So many of the lines that were sealed last are in the file, and the next ones follow them. */
  advance(lines: number): void;
}

const NOTHING_BEFORE = "0".repeat(64);
const ENDING = /,"hash":"([0-9a-f]{64})"\}\n?$/;

/** @param start fields of the record that starts the chain; asked for with the first record. */
export function createChain(start: () => Sealed["record"]): Chain {
  const chain = crypto.randomUUID();
  let sealed: readonly Sealed[] = [];
  let last: Link | undefined;

  function sealOne(record: Sealed["record"], before: Link | undefined, end: FileEnd): Sealed {
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

/** Not imported, because that would cost every start a few milliseconds. */
function sha256(text: string): string {
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
}
