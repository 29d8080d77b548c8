import { lookAtSecretFile } from "../config/load.ts";
import type { Problem } from "../config/problem.ts";
import { CREDENTIALS_FILE, type Mapping, type Rule } from "./entry.ts";

/** Where callers can come from. */
export interface Origins {
  /** Issuers whose tokens are accepted. */
  readonly issuers: readonly string[];
  /** What the holders of the static tokens are called; undefined if the tokens cannot be read. */
  holders(): Promise<readonly string[] | undefined>;
}

/**
 * Finds secrets that are unusable, or that others can read; they affect only the callers of their entry. Reads files
 * synchronously, so it is for start-up.
 */
export function lookAtSecrets({ entries }: Mapping): Problem[] {
  return entries.flatMap(({ name, credential: { field, path } }) => {
    const { problem, warning } = lookAtSecretFile(CREDENTIALS_FILE, path);
    const found = problem ?? warning;
    return found ? [{ ...found, message: `names a file in which ${field} of ${name} ${found.message}` }] : [];
  });
}

/** Finds rules for callers who cannot exist. */
export async function findIdleCallers({ entries }: Mapping, origins: Origins): Promise<Problem[]> {
  const holders = await origins.holders();
  return entries.flatMap(({ name, rules }, index) =>
    rules.flatMap((rule, at) => {
      const fault = judgeRule(rule, origins.issuers, holders);
      if (fault === undefined) return [];
      const message = `names a file in which entries[${index}] (${name}).callers[${at}] ${fault.message}`;
      return [{ code: "bad_credentials_file" as const, setting: CREDENTIALS_FILE, message, fix: fault.fix }];
    }),
  );
}

/** A typo in an issuer or a name would go unnoticed: its callers would be served by the default. */
function judgeRule(
  rule: Rule,
  issuers: readonly string[],
  holders: readonly string[] | undefined,
): { readonly message: string; readonly fix: string } | undefined {
  if (rule.by === "token") return judgeHolder(rule.place, holders);
  if (issuers.includes(rule.issuer)) return undefined;
  return {
    message: "has an issuer whose tokens this server does not take",
    fix: "Write the issuer as C1_MCP_OAUTH_ISSUER or C1_MCP_EMA_ISSUER has it, letter by letter.",
  };
}

function judgeHolder(place: string, holders: readonly string[] | undefined) {
  if (holders === undefined || holders.includes(place)) return undefined;
  return holders.length === 0
    ? { message: "names nobody: there are no static tokens", fix: "Set C1_MCP_HTTP_TOKEN, or remove it." }
    : {
        message: "names nobody: no static token has this name, or this number without a name",
        fix: "Write the name in front of the token in C1_MCP_HTTP_TOKEN, or the token's number if it has none.",
      };
}
