import type { IncomingMessage } from "node:http";

/** The path of a request, without its query. */
export function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/** Whether the body is of this media type, and not compressed. */
export function isPlain({ headers }: IncomingMessage, type: string): boolean {
  const given = headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  return given === type && encoding === "identity";
}
