import type { ArrivedAnswer } from "../../src/c1/exchange.ts";
import { type Fields, parseObject } from "../../src/c1/parse.ts";
import type { NamedRequest, Transport } from "../../src/c1/transport.ts";
import type { Clock } from "../../src/clock.ts";
import { isObject } from "../../src/json.ts";
import type { Redactor } from "../../src/log/redact.ts";
import { cleanText } from "../../src/text.ts";

/** One request to the tenant, and the notable parts of the response. */
export interface Seen {
  readonly operation: string;
  readonly method: string;
  /** Without the query, and with ids replaced. */
  readonly path: string;
  /** Absent if there was no response. */
  readonly status?: number;
  readonly ms: number;
  /** Names of the response's headers. */
  readonly headers: readonly string[];
  /** Headers about limits, retries or idempotency, with their values. */
  readonly notable: Readonly<Record<string, string>>;
  /** C1's message, if the request was refused. */
  readonly refusal?: string;
  /** Field names and types of the response, without any value. */
  readonly shape?: unknown;
  /** The response itself, for the questions. It is not part of the report. Absent for tokens. */
  readonly answer?: Fields;
}

const NOTABLE = /rate-?limit|retry|idempot|quota/i;
const TOKEN_PATH = "/auth/v1/token";

/** Records the requests and responses of a transport. */
export function recordExchanges(transport: Transport, clock: Clock, redactor: Redactor) {
  const seen: Seen[] = [];
  const recording: Transport = {
    ...transport,
    async send(request, limits) {
      const started = clock.now();
      const result = await transport.send(request, limits);
      const ms = clock.now() - started;
      const { operation, method } = request;
      const common = { operation, method, path: describePath(request), ms };
      const arrived =
        result.kind === "answer" ? readAnswer(request, result, redactor) : { headers: [], notable: {} };
      seen.push({ ...common, ...arrived });
      return result;
    },
  };
  return { transport: recording, seen };
}

function describePath({ path }: NamedRequest): string {
  return (path.split("?")[0] ?? "").replace(/(?<=\/)[0-9A-Za-z]{27}(?=\/|$)/g, "{id}");
}

function readAnswer({ path }: NamedRequest, { status, headers, body }: ArrivedAnswer, redactor: Redactor) {
  const names = Object.keys(headers).sort();
  const notable = Object.fromEntries(
    names.filter((name) => NOTABLE.test(name)).map((name) => [name, cleanText(String(headers[name]), 80)]),
  );
  const common = { status, headers: names, notable };
  const answer = parseObject(body);
  if (status < 200 || status > 299) return { ...common, refusal: hide(cleanText(body, 400), redactor) };
  if (answer === undefined) return { ...common, shape: body === "" ? "(empty)" : "(not JSON)" };
  if (path !== TOKEN_PATH) return { ...common, shape: shapeOf(answer), answer };
  const { expires_in, token_type } = answer;
  return { ...common, shape: shapeOf(answer), answer: { expires_in, token_type } };
}

/** Masks secrets, and e-mail addresses because they identify people. */
export function hide(text: string, redactor: Redactor): string {
  return redactor.redact(text).replace(/[^\s"'<>(),;:@[\]]+@[^\s"'<>(),;:@[\]]+\.[a-z]+/gi, "<e-mail>");
}

/** Field names and types of values; a list is described by its first element. */
export function shapeOf(value: unknown, depth = 0): unknown {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0], depth + 1)];
  if (!isObject(value)) return value === "" ? "empty string" : typeof value;
  if (depth > 5) return "object";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item, depth + 1)]));
}
