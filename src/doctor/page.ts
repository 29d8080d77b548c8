import { WRITE_TOOL_NAMES } from "../config/tool-names.ts";
import { blockedBy, needsConsent } from "../tools/switches.ts";
import { type Finding, skip, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Whether people can log in to the page of `http`, if OAuth says who they are. */
export function checkPage({ configuration }: Setup): Finding[] {
  const { settings } = configuration;
  const { publicUrl, oauthAudience, oauthIssuer: issuer, pageClientId: client } = settings;
  const callers = publicUrl ?? oauthAudience ?? "";
  // Without an address `http` does not start.
  if (issuer === undefined || !URL.canParse(callers) || settings.page === "off") return [];
  const address = new URL("page/login", callers).href;
  if (client !== undefined) {
    return [
      skip(
        `whether ${issuer} knows the client ${client} with the redirect URI ${address}, and gives it the same subjects as access tokens have, shows only when a person logs in`,
      ),
    ];
  }
  const offered = WRITE_TOOL_NAMES.filter((tool) => blockedBy(tool, true, settings) === undefined);
  if (!offered.some((tool) => needsConsent(tool, settings))) return [];
  return [
    warn(
      "C1_MCP_PAGE_CLIENT_ID is not set: over HTTP, a write to which a person must agree is declined if their client cannot ask them",
      `Register a client with the redirect URI ${address} at ${issuer}, and set C1_MCP_PAGE_CLIENT_ID to its id.`,
    ),
  ];
}
