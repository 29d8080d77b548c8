import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Secret } from "../config/credential.ts";

/** Shorter ones can be guessed over a local network. */
const MIN_TOKEN_LENGTH = 16;

/** What is wrong with the token to listen with, if anything. */
export async function checkBearer(token: Secret): Promise<string | undefined> {
  try {
    if ((await token()).length >= MIN_TOKEN_LENGTH) return undefined;
    return `Not started. C1_MCP_HTTP_TOKEN must have at least ${MIN_TOKEN_LENGTH} characters.`;
  } catch (error) {
    return `Not started. ${(error as Error).message}`;
  }
}

/** Whether a request carries the token. Compared as digests, in constant time whatever the lengths. */
export async function hasBearer(request: IncomingMessage, token: Secret): Promise<boolean> {
  const given = /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (given === undefined) return false;
  const wanted = await token();
  return wanted.length >= MIN_TOKEN_LENGTH && timingSafeEqual(digest(given), digest(wanted));
}

function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
