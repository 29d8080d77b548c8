import type { Table } from "../bench/markdown.ts";

/** The results of a part of the evaluation. */
export interface Report {
  readonly title: string;
  /** How they were obtained, in one paragraph. */
  readonly method: string;
  readonly tables: readonly Table[];
  /** Paragraphs and lists below the tables. */
  readonly notes?: readonly string[];
  /** Missed aims; any of them makes the run fail. */
  readonly missed?: readonly string[];
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`;
}

export function mean(values: readonly number[]): string {
  return values.length === 0
    ? ""
    : (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(1);
}
