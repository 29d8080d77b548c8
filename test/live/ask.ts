import type { LiveBench } from "./bench.ts";
import type { Facts } from "./job.ts";

/** Records one finding. */
export type Note = (what: string, found: string) => void;

/** Investigates a question and records the findings. */
export type Ask = (bench: LiveBench, facts: Facts, note: Note) => Promise<void>;
