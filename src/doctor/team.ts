import type { Finding, TEAM_CHECKS } from "./finding.ts";
import { checkHttpStart } from "./http-start.ts";
import { checkHttpTokens } from "./http-tokens.ts";
import { checkOAuthIssuer } from "./oauth-issuer.ts";
import { checkPage } from "./page.ts";
import type { Setup } from "./setup.ts";
import { checkSharedStore } from "./shared-store.ts";

type Check = (setup: Setup) => Finding[] | Promise<Finding[]>;

const HTTP: readonly (readonly [(typeof TEAM_CHECKS)[number], Check])[] = [
  ["http", checkHttpStart],
  ["page", checkPage],
  ["http_token", checkHttpTokens],
  ["oauth_issuer", checkOAuthIssuer],
];

/** The checks of what only a team sets up. A server that a client starts reads nothing of what `http` reads. */
export function listTeamChecks({ entry }: Setup): typeof HTTP {
  return [...(entry === undefined ? HTTP : []), ["shared_store", checkSharedStore]];
}
