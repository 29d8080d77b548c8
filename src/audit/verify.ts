import { type AnchorPoint, createAnchorCheck, openEndsOf } from "./anchor.ts";
import { type ChainFinding, createFindings } from "./findings.ts";
import { joinChains, type LateChain } from "./join-chains.ts";
import { createRecordSearch, noAuditFile, onlyLogs } from "./no-audit-file.ts";
import { createOpenIntents, type OpenIntent } from "./open-intents.ts";
import { type FileSummary, scanFile } from "./scan-file.ts";
import type { OpenEnd, Segment } from "./segments.ts";
import { settleOpen } from "./settle-open.ts";

export interface Verification {
  /**
   * "tampered" if something is wrong; "incomplete" if nothing is, but not everything could be checked: records without a chain,
   * or chains whose beginning is in none of the files.
   */
  readonly verdict: "intact" | "incomplete" | "tampered";
  readonly files: readonly FileSummary[];
  readonly chains: number;
  readonly findings: readonly ChainFinding[];
  /** Includes findings that are too many to be kept. */
  readonly findingCount: number;
  readonly late: readonly LateChain[];
  readonly openIntents: readonly OpenIntent[];
  readonly moreOpenIntents: number;
  /** What to keep elsewhere; none if something is wrong. */
  readonly anchor: readonly AnchorPoint[];
  /** Whether an anchor was given. */
  readonly anchored: boolean;
}

/**
 * Verifies audit files, in any order: each record against its hash, each chain for gaps, what processes that share a file say
 * about each other, and all of that against an anchor. Memory grows with the number of chains and breaks, not of records. Rejects
 * if a file cannot be read, or if there is no record in any of them and no anchor says that there was one.
 */
export async function verifyFiles(
  files: readonly string[],
  points: readonly AnchorPoint[],
  signal: AbortSignal,
): Promise<Verification> {
  const anchor = createAnchorCheck(points);
  const findings = createFindings();
  const segments: Segment[] = [];
  const openEnds: OpenEnd[] = [];
  const intents = createOpenIntents();
  const search = createRecordSearch();
  const found = { segments, openEnds, findings, intents, anchor, search };
  const summaries: FileSummary[] = [];
  for (const file of files) summaries.push(await scanFile(file, found, signal));
  if (search.isInVain() && points.length === 0) throw noAuditFile(files);
  if (search.isOfLogs() && points.length === 0) throw onlyLogs(files);
  for (const end of await settleOpen(files, openEnds, intents, signal)) {
    const { file, line, place } = end;
    const text = `record ${place.seq} of chain ${place.chain} (line ${line}) was written after a record of another process that is not there (hash ${end.hash})`;
    findings.add({ kind: "removed", file, line, text });
  }
  const { late, last } = joinChains(segments, findings, anchor);
  for (const { chain, seq, hash } of anchor.missing())
    findings.add({ kind: "absent", chain, seq, text: `the anchor names it, with the hash ${hash}` });
  for (const { chain, file, last: end, confirmed } of last) {
    const { hash = "", line, seq } = end;
    if (line >= anchor.lastLineIn(file) || hash === confirmed || anchor.names({ chain, seq, hash })) continue;
    const text = "it stands before a record of the anchor, which does not know its chain";
    findings.add({ kind: "inserted", file, line, chain, seq, text });
  }
  const isWhole = late.length === 0 && summaries.every(({ unchained }) => unchained === 0);
  const unharmed = isWhole ? "intact" : "incomplete";
  return {
    verdict: findings.total > 0 ? "tampered" : unharmed,
    files: summaries,
    chains: last.length,
    findings: findings.kept,
    findingCount: findings.total,
    late,
    openIntents: intents.list(),
    moreOpenIntents: intents.more,
    anchor: findings.total > 0 ? [] : openEndsOf(last),
    anchored: points.length > 0,
  };
}
