import { createKeyReader } from "../http/read-keys.ts";
import { formatCount } from "../text.ts";
import { within } from "./check-limits.ts";
import { type Finding, fail, ok } from "./finding.ts";
import type { Setup } from "./setup.ts";

export interface Issuer {
  /** Its address, as the setting has it. */
  readonly address: string;
  readonly issues: "assertions" | "access tokens";
  /** What to do if it publishes no key, and if its keys cannot be read. */
  readonly fixes: { readonly noKey: string; readonly unreadable: string };
}

/** Finds an issuer's keys as `http` does: its metadata must name it letter by letter. */
export async function checkIssuer(setup: Setup, { address, issues, fixes }: Issuer): Promise<Finding> {
  const subject = `the issuer of ${issues}, ${address},`;
  try {
    const keys = await within(setup, createKeyReader(address, () => performance.now())());
    const count = keys.jwks()?.keys.length ?? 0;
    if (count > 0) return ok(`${subject} publishes ${formatCount(count, "key")}`);
    return fail(`${subject} publishes no key`, fixes.noKey);
  } catch (error) {
    return fail(`the keys of ${subject} cannot be read: ${(error as Error).message}`, fixes.unreadable);
  }
}
