export interface Finding {
  readonly kind: "altered" | "removed" | "moved" | "inserted" | "absent";
  readonly file?: string;
  readonly line?: number;
  readonly chain?: string;
  readonly seq?: number;
  /** Last of the records that are meant, where there are several. */
  readonly toSeq?: number;
  /** What speaks for it; a sentence without its end. */
  readonly text: string;
}

export interface Findings {
  add(finding: Finding): void;
  readonly kept: readonly Finding[];
  readonly total: number;
}

const MAX_KEPT = 1_000;

/** What is wrong with the files: counted, and kept as far as somebody would read it. */
export function createFindings(): Findings {
  const kept: Finding[] = [];
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
