import { type Finding, skip } from "./finding.ts";
import { checkIssuer } from "./issuer.ts";
import type { Setup } from "./setup.ts";

/** Whether `http` can verify the access tokens of callers, if they come from an OAuth issuer. */
export async function checkOAuthIssuer(setup: Setup): Promise<Finding[]> {
  const { oauthIssuer: address, oauthAudience: audience } = setup.configuration.settings;
  if (address === undefined || audience === undefined) return [];
  const found = await checkIssuer(setup, {
    address,
    issues: "access tokens",
    fixes: {
      noKey: "Have it publish the keys with which it signs access tokens.",
      unreadable:
        "Write C1_MCP_OAUTH_ISSUER as the issuer's metadata does, with or without a / at its end, or let this machine reach it without a proxy.",
    },
  });
  if (found.result !== "ok") return [found];
  return [found, skip(`whether it issues tokens for ${audience} shows only when a caller brings one`)];
}
