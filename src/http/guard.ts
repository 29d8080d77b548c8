import type { IncomingMessage, ServerResponse } from "node:http";
import type { AuthorizedCaller } from "../mcp/caller.ts";

/** An incoming request; the authenticating guard adds its caller. */
export interface Incoming extends IncomingMessage {
  caller?: AuthorizedCaller;
}

/** Judges a request by its head. Answers it and returns false if it must not proceed. */
export type Guard = (request: Incoming, response: ServerResponse) => boolean | Promise<boolean>;
