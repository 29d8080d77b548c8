import type { IncomingMessage, ServerResponse } from "node:http";
import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Room } from "../page/room.ts";
import type { Shared } from "../shared/port.ts";
import type { ToolContext } from "../tools/define.ts";
import type { PageDoor, PageWork } from "../tools/page-port.ts";

export interface DoorOptions {
  readonly configuration: Configuration;
  readonly transport: "stdio" | "http";
  readonly work: () => Promise<PageWork>;
  readonly shared: Shared;
  readonly logger: Logger;
  readonly redactor: Redactor;
}

/** Serves a request of the page over HTTP; false for any other. */
export type ServePage = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The way to the page. Nothing of it is read before something is asked for. */
export function createPageDoor(options: DoorOptions): PageDoor & { readonly serve: ServePage } {
  const { configuration, transport } = options;
  const off = configuration.settings.page === "off";
  let opening: Promise<Room> | undefined;
  let room: Room | undefined;

  async function enter(): Promise<Room> {
    opening ??= openRoom(options);
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
    off(context) {
      if (off) return "C1_MCP_PAGE is off on this server";
      return transport === "http" ? whyNotOverHttp(context) : undefined;
    },
    serve: async () => false,
  };
}

function whyNotOverHttp({ caller }: ToolContext): string | undefined {
  if (caller?.identity?.kind !== "user") return "over HTTP that needs a caller who can log in as a person";
  return "over HTTP that needs a login, which is not set up on this server";
}

async function openRoom({ configuration, work, shared, logger, redactor }: DoorOptions): Promise<Room> {
  const [{ createRoom }, { createListener }] = await Promise.all([
    import("../page/room.ts"),
    import("../page/listener.ts"),
  ]);
  const key = await configuration.stateKey?.();
  const site = createListener((request) => room.handle(request), logger);
  const room: Room = createRoom({ work, site, key, uses: shared, redactor, logger, clock: systemClock });
  return room;
}
