import type { Secret } from "../../src/config/credential.ts";
import { isAuthenticated } from "../../src/http/authenticate.ts";
import type { Guard } from "../../src/http/guard.ts";
import { ALL_SCOPES } from "../../src/http/scopes.ts";
import { createStaticTokens } from "../../src/http/static-tokens.ts";
import type { Logger } from "../../src/log/logger.ts";
import { createRedactor } from "../../src/log/redact.ts";

/** Admits callers who send one of the tokens. */
export function bearerAuth(secret: Secret, logger: Logger): Guard {
  const tokens = createStaticTokens(secret, createRedactor(), logger);
  return isAuthenticated({ tokens, scopes: ALL_SCOPES, logger });
}
