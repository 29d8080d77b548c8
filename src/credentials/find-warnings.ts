import { lookAtSecretFile } from "../config/load.ts";
import type { Problem } from "../config/problem.ts";
import { CREDENTIALS_FILE, type Entry, type Mapping, type Rule } from "./entry.ts";

/** Where callers can come from. */
export interface Origins {
  /** Whose tokens are taken. */
  readonly issuers: readonly string[];
  /** Whether there are static tokens. */
  readonly hasTokens: boolean;
}

/** What stops only those whom an entry serves, or nobody: secrets that cannot be used, and callers who cannot come. */
export function findWarnings({ entries }: Mapping, origins: Origins): Problem[] {
  return entries.flatMap((entry, index) => [
    ...judgeSecret(entry),
    ...entry.rules.flatMap((rule, at) => {
      const fault = judgeRule(rule, origins);
      if (fault === undefined) return [];
      const message = `names a file in which entries[${index}] (${entry.name}).callers[${at}] ${fault.message}`;
      return [{ code: "bad_credentials_file" as const, setting: CREDENTIALS_FILE, message, fix: fault.fix }];
    }),
  ]);
}

function judgeSecret({ name, credential: { field, path } }: Entry): Problem[] {
  const { problem, warning } = lookAtSecretFile(CREDENTIALS_FILE, path);
  const found = problem ?? warning;
  return found ? [{ ...found, message: `names a file in which ${field} of ${name} ${found.message}` }] : [];
}

/** A slip in an issuer shows nowhere else: its callers would be served by the default. */
function judgeRule(
  rule: Rule,
  { issuers, hasTokens }: Origins,
): { readonly message: string; readonly fix: string } | undefined {
  if (rule.by === "token")
    return hasTokens
      ? undefined
      : { message: "names nobody: there are no static tokens", fix: "Set C1_MCP_HTTP_TOKEN, or remove it." };
  if (issuers.includes(rule.issuer)) return undefined;
  return {
    message: "has an issuer whose tokens this server does not take",
    fix: "Write the issuer as C1_MCP_OAUTH_ISSUER has it, letter by letter.",
  };
}
