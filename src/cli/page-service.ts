import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Login } from "../page/ports.ts";
import type { ServedPage } from "../page/service.ts";
import type { Shared, Uses } from "../replicas/port.ts";
import type { PageWork } from "../tools/page-port.ts";

/** How people log in to the page over HTTP. */
export interface LoginSetup {
  /** Who vouches for people: only callers of the same issuer can be shown a page. */
  readonly issuer: string;
  /** @param base URL prefix of links; the login redirects back to `<base>login`. `uses` remembers completed logins. */
  open(base: string, uses: Uses): Promise<Login>;
}

export interface PageOptions {
  readonly configuration: Configuration;
  readonly transport: "stdio" | "http";
  /** Without it, there is no page over HTTP. */
  readonly login?: LoginSetup | undefined;
  readonly work: () => Promise<PageWork>;
  readonly shared: Shared;
  readonly logger: Logger;
  readonly redactor: Redactor;
}

/**
 * Loaded when something is first asked for.
 * @param base URL prefix of links; undefined over stdio.
 */
export async function openPageService(options: PageOptions, base: string | undefined): Promise<ServedPage> {
  const { configuration, login: setup, work, shared, logger, redactor } = options;
  const { createPageService } = await import("../page/service.ts");
  const key = await configuration.stateKey?.();
  const isShared = configuration.sharedStore !== undefined;
  const common = { work, key, uses: shared, isShared, redactor, logger, clock: systemClock };
  if (setup && base !== undefined) {
    const site = { open: async () => base, close: () => undefined };
    const hosts = configuration.settings.allowedHosts ?? [];
    return createPageService({ ...common, site, hosts, login: await setup.open(base, shared) });
  }
  const { createListener } = await import("../page/listener.ts");
  const site = createListener((request) => page.handle(request), logger);
  const page: ServedPage = createPageService({ ...common, site });
  return page;
}
