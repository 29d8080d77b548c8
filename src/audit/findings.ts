export interface ChainFinding {
  readonly kind: "altered" | "removed" | "moved" | "inserted" | "absent";
  readonly file?: string;
  readonly line?: number;
  readonly chain?: string;
  readonly seq?: number;
  /** The last record that the finding covers, if there are several. */
  readonly toSeq?: number;
  /** The evidence, as a sentence without its full stop. */
  readonly text: string;
}

export interface Findings {
  add(finding: ChainFinding): void;
  readonly kept: readonly ChainFinding[];
  readonly total: number;
}

const MAX_KEPT = 1_000;

/** Collects what is wrong with the files: counts all findings and keeps as many as somebody would read. */
export function createFindings(): Findings {
  const kept: ChainFinding[] = [];
  let total = 0;
  return {
    kept,
    get total() {
      return total;
    },
    add(finding) {
      total += 1;
      if (kept.length < MAX_KEPT) kept.push(finding);
    },
  };
}
