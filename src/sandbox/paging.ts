import { createHash } from "node:crypto";
import { invalidArgument } from "./problems.ts";
import type { Call } from "./tenant.ts";

const DEFAULT_SIZE = 25;
const SMALLEST_SIZE = 10;

/** The query parameters of every paged GET. */
export const PAGE_QUERY: readonly string[] = ["page_size", "page_token"];

export interface PageRequest {
  readonly size: number;
  readonly token: string;
  /** Identifies the list. A token is valid only for the list that it came from. */
  readonly scope: string;
}

export interface Page<Row> {
  readonly rows: Row[];
  readonly nextPageToken: string;
}

/** The page requested by the query of a GET. */
export function pageFromQuery(call: Call, scope: string): PageRequest {
  const text = call.query.get("page_size") ?? "0";
  if (!/^-?\d{1,9}$/.test(text)) throw invalidArgument(`invalid page_size: "${text}" is not an int32`);
  return { size: Number(text), token: call.query.get("page_token") ?? "", scope };
}

/** The page requested by the body of a search; the filters belong to the token's scope. */
export function pageFromBody(
  operation: string,
  { pageSize, pageToken, ...filters }: { pageSize: number; pageToken: string; [filter: string]: unknown },
): PageRequest {
  return { size: pageSize, token: pageToken, scope: `${operation} ${JSON.stringify(filters)}` };
}

/** Returns one page of `rows`. Pages may be longer than requested, as on the real API. */
export function takePage<Row>(rows: readonly Row[], request: PageRequest): Page<Row> {
  if (request.size < 0 || request.size > 100) {
    throw invalidArgument("invalid request.PageSize: value must be inside range [0, 100]");
  }
  const offset = request.token === "" ? 0 : readToken(request.token, request.scope);
  const asked = Math.max(request.size === 0 ? DEFAULT_SIZE : request.size, SMALLEST_SIZE);
  const end = offset + asked + (asked % 4) + 1;
  return {
    rows: rows.slice(offset, end),
    nextPageToken: end < rows.length ? writeToken(end, request.scope) : "",
  };
}

function writeToken(offset: number, scope: string): string {
  return Buffer.from(`${offset}.${fingerprint(offset, scope)}`).toString("base64url");
}

function readToken(token: string, scope: string): number {
  const [offset = "", print] = Buffer.from(token, "base64url").toString("latin1").split(".");
  if (!/^\d{1,9}$/.test(offset) || print !== fingerprint(Number(offset), scope)) {
    throw invalidArgument("invalid page token");
  }
  return Number(offset);
}

function fingerprint(offset: number, scope: string): string {
  return createHash("sha256").update(`${offset} ${scope}`).digest("hex").slice(0, 16);
}
