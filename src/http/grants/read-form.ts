import type { IncomingMessage } from "node:http";
import { readBody } from "../../read-body.ts";
import { statedLength } from "../body-size.ts";
import { CLOSE } from "../refuse.ts";
import { isPlain } from "../request-parts.ts";
import { GrantProblem, invalidRequest } from "./grant-problem.ts";

/** Room for an assertion, a client assertion and some scopes. */
const MAX_FORM_BYTES = 16 * 1024;

/** The parameters of a token request, which must be in the body and may occur only once. Rejects with `GrantProblem`. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const { headers, method } = request;
  if (method !== "POST") throw formProblem(405, "Use POST", { allow: "POST" });
  if (!isPlain(request, "application/x-www-form-urlencoded")) {
    throw formProblem(415, "The body must be application/x-www-form-urlencoded, not compressed", {});
  }
  const tooLarge = formProblem(413, `The body is larger than ${MAX_FORM_BYTES} bytes`, {});
  if (statedLength(headers) > MAX_FORM_BYTES) throw tooLarge;
  const body = await readBody(request, MAX_FORM_BYTES);
  if (body === undefined) throw tooLarge;
  const form = new URLSearchParams(body.toString("utf8"));
  const names = [...form.keys()];
  if (new Set(names).size < names.length) throw invalidRequest("A parameter is given more than once");
  return form;
}

function formProblem(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>>,
): GrantProblem {
  return new GrantProblem("invalid_request", message, { status, headers: { ...CLOSE, ...headers } });
}
