import type { Findings } from "./findings.ts";
import type { RecordPlace } from "./read-line.ts";

/** Consecutive records of one chain in one file. */
export interface Segment {
  readonly chain: string;
  readonly file: string;
  readonly first: {
    readonly seq: number;
    readonly line: number;
    readonly prev: string;
    readonly opens: boolean;
  };
  last: {
    readonly seq: number;
    readonly line: number;
    /** Absent if that record was altered. */
    readonly hash?: string;
  };
  /** The hash of the record in this segment that another process names as the end of the file before its own record. */
  confirmed?: string;
}

/** The file end that a record names, if it was not among the lines right before it. */
export interface OpenEnd {
  readonly file: string;
  readonly line: number;
  readonly place: RecordPlace;
  readonly hash: string;
}

export interface FileChains {
  /** Adds the next unaltered record. */
  add(line: number, place: RecordPlace, hash: string): void;
  /** Accepts an altered record as the one that it claims to be, if that is next in its chain: one fault, not two. */
  standIn(line: number, place: RecordPlace): void;
  /** Adds the beginning of a record. */
  tear(line: number, place: RecordPlace): void;
  /** Whether a record with this position may come next. */
  expects(place: RecordPlace): boolean;
}

/** Segments are kept in memory; verification of files with more breaks than this stops. */
const MAX_SEGMENTS = 200_000;

/** Follows the chains of one file. */
export function createFileChains(
  file: string,
  found: { readonly segments: Segment[]; readonly openEnds: OpenEnd[]; readonly findings: Findings },
): FileChains {
  const { segments, openEnds, findings } = found;
  const current = new Map<string, Segment>();
  /** Keyed by the hash of their last record. */
  const ends = new Map<string, Segment>();
  /** Beginnings of records of chains that have no record in this file yet. */
  const torn = new Map<string, { readonly line: number; readonly seq: number }>();
  const recent = createRecent();

  function lookAtEnd(line: number, place: RecordPlace): void {
    const hash = place.after;
    if (hash === undefined) return;
    const segment = ends.get(hash);
    if (segment) segment.confirmed = hash;
    else if (!recent.has(hash)) openEnds.push({ file, line, place, hash });
  }

  function begin(line: number, { chain, seq, prev, opens }: RecordPlace): Segment {
    if (segments.length === MAX_SEGMENTS)
      throw new Error(
        `There are more than ${MAX_SEGMENTS} breaks in the chains. Verify fewer files at once.`,
      );
    const half = torn.get(chain);
    if (half && half.seq !== seq && !current.has(chain)) {
      const text = `it breaks off, and its chain goes on without it (line ${line})`;
      findings.add({ kind: "altered", file, line: half.line, chain, seq: half.seq, text });
    }
    const segment = { chain, file, first: { seq, line, prev, opens }, last: { seq, line } };
    segments.push(segment);
    current.set(chain, segment);
    return segment;
  }

  return {
    expects({ chain, seq, prev }) {
      const last = current.get(chain)?.last;
      return last === undefined || (seq === last.seq + 1 && (last.hash ?? prev) === prev);
    },
    tear(line, { chain, seq }) {
      if (!current.has(chain)) torn.set(chain, { line, seq });
    },
    standIn(line, place) {
      const { chain, seq } = place;
      const segment = current.get(chain);
      if (segment === undefined && seq === 0) begin(line, place);
      if (segment && seq === segment.last.seq + 1) segment.last = { seq, line };
    },
    add(line, place, hash) {
      const { chain, seq, prev } = place;
      let segment = current.get(chain);
      const before = segment?.last;
      if (before?.hash !== undefined) ends.delete(before.hash);
      if (segment === undefined || seq !== segment.last.seq + 1) segment = begin(line, place);
      else if (before?.hash !== undefined && before.hash !== prev) {
        const text = `the next record (line ${line}) names another hash for it, so one of the two was made anew`;
        findings.add({ kind: "altered", file, line: before.line, chain, seq: before.seq, text });
      }
      segment.last = { seq, line, hash };
      lookAtEnd(line, place);
      ends.set(hash, segment);
      recent.add(hash);
    },
  };
}

/**
 * The most recent hashes of a file. Another process may have written in between, so the end that a record names can be slightly
 * further up.
 */
function createRecent(room = 1_000) {
  const hashes = new Set<string>();
  return {
    has: (hash: string) => hashes.has(hash),
    add(hash: string) {
      hashes.add(hash);
      if (hashes.size > room) hashes.delete(hashes.values().next().value as string);
    },
  };
}
