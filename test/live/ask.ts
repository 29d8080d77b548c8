import type { LiveBench } from "./bench.ts";
import type { Facts } from "./job.ts";

/** Keeps one answer. */
export type Note = (what: string, found: string) => void;

/** Finds the answers to a question. */
export type Ask = (bench: LiveBench, facts: Facts, note: Note) => Promise<void>;
