import type { AnchorCheck } from "./anchor.ts";
import { createConversion } from "./conversion.ts";
import type { Findings } from "./findings.ts";
import type { RecordSearch } from "./no-audit-file.ts";
import type { OpenIntents } from "./open-intents.ts";
import { type AuditLine, type RecordFields, readLine } from "./read-line.ts";
import { eachLine } from "./read-lines.ts";
import { createFileChains, type OpenEnd, type Segment } from "./segments.ts";

/** The beginning of a record, left by a process that died or ran out of disk space. */
export interface TornLine {
  readonly line: number;
  readonly chain?: string;
  readonly seq?: number;
}

export interface FileSummary {
  readonly file: string;
  /** Complete, chained records. */
  readonly records: number;
  /** Records of servers that wrote no chain. They cannot be verified. */
  readonly unchained: number;
  readonly torn: readonly TornLine[];
}

/** What is collected over all files. */
export interface Gathered {
  readonly segments: Segment[];
  readonly openEnds: OpenEnd[];
  readonly findings: Findings;
  readonly intents: OpenIntents;
  readonly anchor: AnchorCheck;
  readonly search: RecordSearch;
}

const MAX_TORN_KEPT = 1_000;

/** Reads one file once and judges each line by what precedes it in the file. */
export async function scanFile(file: string, gathered: Gathered, signal: AbortSignal): Promise<FileSummary> {
  const { findings, intents, anchor, search } = gathered;
  const chains = createFileChains(file, gathered);
  const torn: TornLine[] = [];
  let records = 0;
  let unchained = 0;

  function takeRecord(line: number, { place, hash, fields }: AuditLine & { kind: "record" }): void {
    const { chain, seq } = place;
    if (records === 0 && unchained > 0 && seq > 0) {
      const text = "the records before it have no chain, although it does not begin one";
      findings.add({ kind: "altered", file, line, chain, seq, text });
    }
    records += 1;
    chains.add(line, place, hash);
    intents.take(file, line, fields);
    const wanted = anchor.look(file, line, { chain, seq, hash });
    if (wanted === undefined) return;
    const text = `the anchor has another record there, with the hash ${wanted.hash}`;
    findings.add({ kind: "altered", file, line, chain, seq, text });
  }

  function takeUnchained(line: number, fields: RecordFields): void {
    unchained += 1;
    intents.take(file, line, fields);
    if (records === 0) return;
    const text = "it has no chain among records that have one: not written by the server, or by an older one";
    findings.add({ kind: "inserted", file, line, text });
  }

  function takeLogged(line: number): void {
    findings.add({ kind: "inserted", file, line, text: "it is a line of a log" });
  }

  function takeDamaged(line: number, { kind, place }: AuditLine & { kind: "altered" | "torn" }): void {
    const isTorn = kind === "torn";
    const named = place && { chain: place.chain, seq: place.seq };
    const fits = place === undefined || chains.expects(place);
    if (isTorn && fits) {
      if (place) chains.tear(line, place);
      if (torn.length < MAX_TORN_KEPT) torn.push({ line, ...named });
      return;
    }
    const text = isTorn ? "it breaks off, and does not continue its chain" : "its bytes are not as written";
    findings.add({ kind: "altered", file, line, ...named, text });
    if (place) chains.standIn(line, place);
  }

  const conversion = createConversion();
  await eachLine(file, signal, (raw) => {
    const { number } = raw;
    const bytes = conversion.undo(raw);
    const line = readLine(bytes);
    search.take(line, bytes);
    if (line.kind === "record") takeRecord(number, line);
    else if (line.kind === "unchained") takeUnchained(number, line.fields);
    else if (line.kind === "log") takeLogged(number);
    else if (line.kind !== "empty") takeDamaged(number, line);
    // An outcome that was altered is not also one that was not recorded.
    if ((line.kind === "altered" || line.kind === "log") && line.claims) intents.forgive(line.claims);
  });
  for (const found of conversion.list()) findings.add({ kind: "altered", file, ...found });
  return { file, records, unchained, torn };
}
