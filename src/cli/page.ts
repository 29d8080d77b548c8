import type { IncomingMessage, ServerResponse } from "node:http";
import type { Room } from "../page/room.ts";
import type { PageDoor } from "../tools/page-port.ts";
import type { DoorOptions } from "./page-room.ts";

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
    opening ??= import("./page-room.ts").then(({ openRoom }) => openRoom(options, base));
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
