import type { Kit } from "./kit.ts";

export interface Check {
  /** What is shown to work, in plain words. */
  readonly name: string;
  /** Throws when it does not; may return a remark for the table. */
  run(kit: Kit): Promise<string | void>;
}

export interface Suite {
  readonly name: string;
  readonly what: string;
  readonly checks: readonly Check[];
}
