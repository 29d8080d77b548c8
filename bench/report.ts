import type { Table } from "./markdown.ts";
import type { Observatory } from "./observe.ts";
import type { Options } from "./options.ts";

/** What a part of the bench found. */
export interface Report {
  readonly title: string;
  /** One paragraph: how it was measured. */
  readonly method: string;
  readonly tables: readonly Table[];
  readonly notes?: readonly string[];
}

/** What all parts share. */
export interface Bench extends Options {
  /** The built server's entry. */
  readonly main: string;
  /** A folder of the run's own, removed at its end. */
  readonly folder: string;
  readonly observatory: Observatory;
  /** Says how far it is. */
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

/** The two cells of an aim: what was aimed at, and whether it was met. Of a row without an aim both are empty. */
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
