import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthorizedCaller } from "../mcp/caller.ts";

/** A request on its way in; the guard that authenticates adds its caller. */
export interface Incoming extends IncomingMessage {
  caller?: AuthorizedCaller;
}

/** Judges a request by its head; answers and returns false when it may not go on. */
export type Guard = (request: Incoming, response: ServerResponse) => boolean | Promise<boolean>;
