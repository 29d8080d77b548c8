import type { Table } from "./markdown.ts";
import type { Observatory } from "./observe.ts";
import type { Options } from "./options.ts";

/** The results of a part of the bench. */
export interface Report {
  readonly title: string;
  /** How they were measured, in one paragraph. */
  readonly method: string;
  readonly tables: readonly Table[];
  readonly notes?: readonly string[];
}

/** Shared by all parts. */
export interface Bench extends Options {
  /** The built server's entry. */
  readonly main: string;
  /** A temporary folder, removed at the end of the run. */
  readonly folder: string;
  readonly observatory: Observatory;
  /** Reports the progress. */
  progress(text: string): void;
}

export type Part = (bench: Bench) => Promise<Report>;

export function ms(value: number): string {
  if (value < 10) return value.toFixed(2);
  return value.toFixed(value < 100 ? 1 : 0);
}

export const times = (value: number): string => `${value.toFixed(2)}x`;
export const megabytes = (kilobytes: number): string => `${(kilobytes / 1024).toFixed(1)} MB`;
export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(0)} kB`;

/** Two cells: the aim, and whether it was met. Both are empty for a row without an aim. */
export function judge(
  measured: number,
  aim: { readonly most: number } | { readonly least: number } | undefined,
  show: (value: number) => string,
): [aim: string, met: string] {
  if (aim === undefined) return ["", ""];
  const [sign, bound, met] =
    "most" in aim
      ? (["<=", aim.most, measured <= aim.most] as const)
      : ([">=", aim.least, measured >= aim.least] as const);
  const missed = show(measured) === show(bound) ? "**no**, just" : "**no**";
  return [`${sign} ${show(bound)}`, met ? "yes" : missed];
}
