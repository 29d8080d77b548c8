import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Login } from "../page/ports.ts";
import type { Room } from "../page/room.ts";
import type { Shared } from "../replicas/port.ts";
import type { PageDoor, PageWork } from "../tools/page-port.ts";

/** How people log in to the page over HTTP. */
export interface LoginSetup {
  /** Who vouches for people: only callers of the same issuer can be shown a page. */
  readonly issuer: string;
  /** @param base URL prefix of links; the login redirects back to `<base>login`. */
  open(base: string): Promise<Login>;
}

export interface DoorOptions {
  readonly configuration: Configuration;
  readonly transport: "stdio" | "http";
  /** Without it, there is no page over HTTP. */
  readonly login?: LoginSetup | undefined;
  readonly work: () => Promise<PageWork>;
  readonly shared: Shared;
  readonly logger: Logger;
  readonly redactor: Redactor;
}

/** Serves a page request over HTTP; resolves to false for any other request. */
export type ServePage = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The entry to the page. None of its code is loaded until something is asked for. */
export function createPageDoor(options: DoorOptions): PageDoor & { readonly serve: ServePage } {
  const { configuration, transport, login } = options;
  const { page: mode, publicUrl, oauthAudience } = configuration.settings;
  const base = transport === "http" ? findBase(publicUrl ?? oauthAudience) : undefined;
  let opening: Promise<Room> | undefined;
  let room: Room | undefined;

  async function enter(): Promise<Room> {
    opening ??= openRoom(options, base);
    // A key that could not be read is read again.
    opening.catch(() => {
      opening = undefined;
    });
    room = await opening;
    return room;
  }

  return {
    enter,
    entered: () => room,
    off({ caller }) {
      if (mode === "off") return "C1_MCP_PAGE is off on this server";
      if (transport === "stdio") return undefined;
      if (!login || base === undefined)
        return "over HTTP that needs a login, which is not set up on this server (C1_MCP_PAGE_CLIENT_ID)";
      const { identity } = caller ?? {};
      if (identity?.kind !== "user") return "over HTTP that needs a caller who can log in as a person";
      return identity.issuer === login.issuer ? undefined : "people of this issuer cannot log in to the page";
    },
    async serve(request, response) {
      if (base === undefined || !login || mode === "off") return false;
      const url = findPath(request.url ?? "", base);
      if (url === undefined) return false;
      const [{ servePage }, { handle }] = await Promise.all([import("../page/mount.ts"), enter()]);
      await servePage(Object.assign(request, { url }), response, handle);
      return true;
    },
  };
}

/** The page's URL beside that of callers: `https://mcp.acme.example/page/` for `https://mcp.acme.example/mcp`. */
function findBase(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL("page/", address).href : undefined;
}

/** A proxy may have removed what precedes our own part of a path. */
function findPath(url: string, base: string): string | undefined {
  const { pathname: root } = new URL(base);
  if (url.startsWith(root)) return url;
  return url.startsWith("/page/") ? root + url.slice("/page/".length) : undefined;
}

async function openRoom(options: DoorOptions, base: string | undefined): Promise<Room> {
  const { configuration, login: setup, work, shared, logger, redactor } = options;
  const { createRoom } = await import("../page/room.ts");
  const key = await configuration.stateKey?.();
  const common = { work, key, uses: shared, redactor, logger, clock: systemClock };
  if (setup && base !== undefined) {
    const site = { open: async () => base, close: () => undefined };
    const hosts = configuration.settings.allowedHosts ?? [];
    return createRoom({ ...common, site, hosts, login: await setup.open(base) });
  }
  const { createListener } = await import("../page/listener.ts");
  const site = createListener((request) => room.handle(request), logger);
  const room: Room = createRoom({ ...common, site });
  return room;
}
