import type { Kit } from "./kit.ts";

export interface Check {
  /** What is shown to work, in plain words. */
  readonly name: string;
  /** Throws when it does not; returns a remark for the table. */
  run(kit: Kit): Promise<string>;
}

export interface Suite {
  readonly name: string;
  readonly what: string;
  readonly checks: readonly Check[];
}
