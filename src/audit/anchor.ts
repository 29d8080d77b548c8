import type { Segment } from "./segments.ts";

/** A record that existed when the anchor was made. */
export interface AnchorPoint {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

const POINT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,15}):([0-9a-f]{64})$/;

/** Parses an anchor: `chain:seq:hash`, several separated by commas. Undefined if the text is not an anchor. */
export function parseAnchor(text: string): readonly AnchorPoint[] | undefined {
  const points = text.split(",").map((part) => {
    const [, chain, seq, hash] = POINT.exec(part.trim()) ?? [];
    return chain === undefined || hash === undefined ? undefined : { chain, seq: Number(seq), hash };
  });
  return points.every((point) => point !== undefined) ? points : undefined;
}

/** Formats an anchor. The same points give the same text, in whatever order they were found. */
export function formatAnchor(points: readonly AnchorPoint[]): string {
  return points
    .map(({ chain, seq, hash }) => `${chain}:${seq}:${hash}`)
    .sort()
    .join(",");
}

/** The ends of chains that no other record names. Every other record comes before one of them, so these prove all records. */
export function openEndsOf(lastSegments: readonly Segment[]): AnchorPoint[] {
  return lastSegments.flatMap(({ chain, last, confirmed }) =>
    last.hash === undefined || last.hash === confirmed ? [] : [{ chain, seq: last.seq, hash: last.hash }],
  );
}

/** Looks for the points of an anchor in files as they are read. */
export interface AnchorCheck {
  readonly points: readonly AnchorPoint[];
  /** @returns the anchor's point at this place if it names a different record. */
  look(file: string, line: number, point: AnchorPoint): AnchorPoint | undefined;
  /** Whether the anchor contains this record. */
  names(point: AnchorPoint): boolean;
  /** Marks the record right before the first available record of a chain as found. */
  find(point: AnchorPoint): boolean;
  missing(): readonly AnchorPoint[];
  /** The last line of a file that the anchor covers; 0 if it covers none. */
  lastLineIn(file: string): number;
}

export function createAnchorCheck(points: readonly AnchorPoint[]): AnchorCheck {
  const keyOf = ({ chain, seq }: AnchorPoint) => `${chain}:${seq}`;
  const byPlace = new Map(points.map((point) => [keyOf(point), point]));
  const found = new Set<AnchorPoint>();
  const lastLines = new Map<string, number>();
  const find = (point: AnchorPoint) => {
    const wanted = byPlace.get(keyOf(point));
    if (wanted?.hash !== point.hash) return false;
    found.add(wanted);
    return true;
  };
  return {
    points,
    find,
    names: (point) => byPlace.get(keyOf(point))?.hash === point.hash,
    look(file, line, point) {
      const wanted = byPlace.get(keyOf(point));
      if (wanted === undefined) return undefined;
      lastLines.set(file, line);
      found.add(wanted);
      return wanted.hash === point.hash ? undefined : wanted;
    },
    missing: () => points.filter((point) => !found.has(point)),
    lastLineIn: (file) => lastLines.get(file) ?? 0,
  };
}
