import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import type { LoginSetup } from "./page-service.ts";

/** The login of the page, whose code is loaded with the first request; undefined if the page has none. */
export function findLogin(
  { settings, pageClientSecret: clientSecret, stateKey }: Configuration,
  logger: Logger,
): LoginSetup | undefined {
  const { oauthIssuer: issuer, pageClientId: clientId } = settings;
  if (issuer === undefined || clientId === undefined) return undefined;
  return {
    issuer,
    async open(base, uses) {
      const [{ createLogin }, key] = await Promise.all([import("../page/login.ts"), stateKey?.()]);
      return createLogin({ issuer, clientId, clientSecret, base, key, uses, logger, clock: systemClock });
    },
  };
}
