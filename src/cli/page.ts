import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServedPage } from "../page/service.ts";
import type { LazyPage } from "../tools/page-port.ts";
import type { PageOptions } from "./page-service.ts";

/** Serves a page request over HTTP; resolves to false for any other request. */
export type ServePage = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The page, whose code is loaded when something is first asked for. */
export function createLazyPage(options: PageOptions): LazyPage & { readonly serve: ServePage } {
  const { configuration, transport, login } = options;
  const { page: mode, publicUrl, oauthAudience } = configuration.settings;
  const base = transport === "http" ? findBase(publicUrl ?? oauthAudience) : undefined;
  let loading: Promise<ServedPage> | undefined;
  let page: ServedPage | undefined;

  async function load(): Promise<ServedPage> {
    loading ??= import("./page-service.ts").then(({ openPageService }) => openPageService(options, base));
    // A key that could not be read is read again.
    loading.catch(() => {
      loading = undefined;
    });
    page = await loading;
    return page;
  }

  return {
    load,
    loaded: () => page,
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
      const [{ servePage }, { handle }] = await Promise.all([import("../page/mount.ts"), load()]);
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
