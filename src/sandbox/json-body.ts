import type { IncomingHttpHeaders } from "node:http";
import { ApiProblem, invalidArgument } from "./problems.ts";

/** The JSON object in a request body. Only a DELETE may omit it. */
export function parseJsonBody(
  method: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): Record<string, unknown> {
  if (body.length === 0 && method === "DELETE") return {};
  const value = body.length === 0 ? null : parseJson(headers, body);
  if (value === null) throw invalidArgument("unexpected token null");
  if (typeof value !== "object" || Array.isArray(value)) {
    throw invalidArgument(`unexpected token ${body.toString("utf8").trim().charAt(0)}`);
  }
  return value as Record<string, unknown>;
}

function parseJson(headers: IncomingHttpHeaders, body: Buffer): unknown {
  if (!/^application\/json(;|$)/i.test(headers["content-type"] ?? "")) {
    throw invalidArgument("the content type must be application/json");
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  } catch (error) {
    // The real API was seen to respond to bytes that are not UTF-8 with 500 and code 2.
    if (error instanceof TypeError) throw new ApiProblem(2, "invalid UTF-8");
    throw invalidArgument("invalid JSON in the request body");
  }
}
