import type { Kit } from "./kit.ts";

export interface Check {
  /** The behaviour that is checked, as a sentence. */
  readonly name: string;
  /** Throws if the check fails. Returns a remark for the table. */
  run(kit: Kit): Promise<string>;
}

export interface Suite {
  readonly name: string;
  readonly what: string;
  readonly checks: readonly Check[];
}
