import type { AnchorCheck } from "./anchor.ts";
import type { Findings } from "./findings.ts";
import type { Segment } from "./segments.ts";

/** A chain whose first records are in none of the files. */
export interface LateChain {
  readonly chain: string;
  readonly file: string;
  readonly line: number;
  /** The first record that is available. */
  readonly seq: number;
}

export interface JoinedChains {
  readonly late: readonly LateChain[];
  /** For each chain, the segment with its last record. */
  readonly last: readonly Segment[];
}

/** Joins the pieces of each chain, in whatever order the files come, and reports what does not fit. */
export function joinChains(
  segments: readonly Segment[],
  findings: Findings,
  anchor: AnchorCheck,
): JoinedChains {
  const chains = groupByChain(segments);
  const late: LateChain[] = [];
  const last: Segment[] = [];
  for (const pieces of chains.values()) {
    pieces.sort((a, b) => a.first.seq - b.first.seq);
    const [first] = pieces as [Segment];
    const { chain, file } = first;
    const { seq, line, prev, opens } = first.first;
    const isKnown = seq === 0 || anchor.find({ chain, seq: seq - 1, hash: prev });
    if (!isKnown && opens) late.push({ chain, file, line, seq });
    if (!isKnown && !opens) {
      const text = "the record in this line is not the first of its process in this file";
      findings.add({ kind: "removed", file, line, chain, seq: 0, toSeq: seq - 1, text });
    }
    last.push(pieces.slice(1).reduce((before, next) => joinTwo(before, next, findings), first));
  }
  return { late, last };
}

/** @returns the segment that reaches further. */
function joinTwo(before: Segment, next: Segment, findings: Findings): Segment {
  const { chain, file } = next;
  const { seq, line, prev } = next.first;
  const place = { chain, file, line, seq };
  if (seq <= before.last.seq) {
    const toSeq = Math.min(next.last.seq, before.last.seq);
    findings.add({ kind: "inserted", ...place, toSeq, text: "the chain has this record twice" });
    return next.last.seq > before.last.seq ? next : before;
  }
  if (seq > before.last.seq + 1) {
    const lost = {
      chain,
      file: before.file,
      line: before.last.line,
      seq: before.last.seq + 1,
      toSeq: seq - 1,
    };
    const until = file === before.file ? `line ${line}` : `line ${line} of ${file}`;
    findings.add({ kind: "removed", ...lost, text: `the chain goes from this line to ${until} without it` });
  } else if (before.last.hash !== undefined && before.last.hash !== prev) {
    const { seq: altered, line: at } = before.last;
    const text = `the next record (line ${line}${file === before.file ? "" : ` of ${file}`}) names another hash for it, so one of the two was made anew`;
    findings.add({ kind: "altered", file: before.file, line: at, chain, seq: altered, text });
  }
  if (file === before.file && line < before.last.line) {
    const toSeq = next.last.seq;
    findings.add({
      kind: "moved",
      ...place,
      toSeq,
      text: `it stands before record ${before.last.seq} (line ${before.last.line})`,
    });
  }
  return next;
}

function groupByChain(segments: readonly Segment[]): Map<string, Segment[]> {
  const chains = new Map<string, Segment[]>();
  for (const segment of segments) {
    const pieces = chains.get(segment.chain);
    if (pieces) pieces.push(segment);
    else chains.set(segment.chain, [segment]);
  }
  return chains;
}
