import { Failure } from "../errors.ts";
import type { Redactor } from "../log/redact.ts";
import { isLoopback } from "../loopback.ts";
import { formatSeconds } from "../text.ts";
import { CONNECT_TIMEOUT_MS } from "./dispatcher.ts";
import type { BrokenExchange } from "./exchange.ts";
import { CHECK_OUTCOME, type Subject, TRY_LATER } from "./problem.ts";
import { readRequestId } from "./reason.ts";

export interface Circumstances {
  readonly host: string;
  /** Whether there is a proxy between this process and the host. */
  readonly proxied: boolean;
  /** Whether the caller gave up, as opposed to the deadline passing. */
  readonly cancelled: boolean;
  /** Whether settings come from a client's entry and not from the environment of this process. */
  readonly fromEntry?: boolean;
  /** How long the server had to respond, in milliseconds. */
  readonly waitedMs: number;
  readonly redactor: Redactor;
}

const CERTIFICATE_CODE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT_)/;
const TLS_CODE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO$)/;

/** The error codes of TLS to a server that speaks plain HTTP. */
const NO_TLS_CODE = /^(?:EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/;
const UNREACHABLE = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]);

/** The failure of a request without a usable response: `outcome_unknown` for a write that may have arrived. */
export function explainBroken(broken: BrokenExchange, subject: Subject, around: Circumstances): Failure {
  const { operation, own = operation, write } = subject;
  const requestId = broken.head && readRequestId(broken.head.headers, around.redactor);
  const facts = {
    ...(broken.head && { status: broken.head.status }),
    ...(requestId !== undefined && { requestId }),
    ...(broken.error && { cause: broken.error }),
  };
  const maybe = write && broken.sent;
  if (broken.reason === "aborted" && around.cancelled) {
    const details = maybe ? ({ changed: "maybe", next: CHECK_OUTCOME } as const) : {};
    return new Failure("cancelled", `The request to ${operation} was cancelled.`, { ...facts, ...details });
  }
  const [what, next] = describe(broken, around);
  if (maybe) {
    const unknown = `The request to ${operation} was sent, but its outcome is not known: ${what}.`;
    return new Failure("outcome_unknown", unknown, { ...facts, changed: "maybe", next: CHECK_OUTCOME });
  }
  return new Failure("unavailable", `Could not ${own}: ${what}.`, { ...facts, next });
}

/** Whether it may help to repeat a read at once that broke off like this. */
export function isTransient(broken: BrokenExchange): boolean {
  const code = codeOf(broken);
  return (
    broken.reason === "network" && code !== "ENOTFOUND" && !TLS_CODE.test(code) && !isProxyRefusal(broken)
  );
}

/** Whether nobody knows what was wrong, because time ran out before the request was sent. */
export function wasCut({ reason, sent }: BrokenExchange): boolean {
  return reason === "aborted" && !sent;
}

function describe(broken: BrokenExchange, around: Circumstances): [what: string, next: string] {
  const { host, proxied } = around;
  if (broken.reason === "aborted") {
    const way = proxied ? " through the proxy" : "";
    const missed = broken.sent ? `C1 (${host}) did not answer` : `no request could be sent to ${host}${way}`;
    return [`${missed} within ${formatSeconds(around.waitedMs)}`, TRY_LATER];
  }
  if (broken.reason === "too_large")
    return [`the answer of ${host} is larger than this server reads`, "Ask for less at once."];
  if (broken.sent) return [`the connection to ${host} broke off before the answer was complete`, TRY_LATER];
  return describeConnect(codeOf(broken), broken, around);
}

function describeConnect(code: string, broken: BrokenExchange, around: Circumstances): [string, string] {
  const { host } = around;
  if (NO_TLS_CODE.test(code) && isLoopback(new URL(`https://${host}`).hostname)) {
    return [
      `${host} was called by https, which it does not speak (${code})`,
      around.fromEntry
        ? `If that is a sandbox, add CONDUCTORONE_SERVER_URL=http://${host} to the variables of the client's entry`
        : `If that is a sandbox, set CONDUCTORONE_SERVER_URL=http://${host}`,
    ];
  }
  if (TLS_CODE.test(code)) return describeTls(code, host);
  if (around.proxied || isProxyRefusal(broken)) {
    const why = proxyStatusOf(broken) ?? code;
    return [
      `the proxy on the way to ${host} could not be used${why && ` (${why})`}`,
      "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.",
    ];
  }
  return describeDirect(code, host);
}

function describeDirect(code: string, host: string): [string, string] {
  // Some systems give this code without a network, too.
  if (code === "ENOTFOUND")
    return [
      `the host ${host} was not found: there is no network, or the name is wrong`,
      "Check the network connection, then the tenant address.",
    ];
  if (code === "EAI_AGAIN") return [`DNS did not answer for ${host}`, "Check the network connection."];
  if (code === "ECONNREFUSED")
    return [`${host} refused the connection`, "Check the tenant address and the network."];
  if (code === "UND_ERR_CONNECT_TIMEOUT" || UNREACHABLE.has(code)) {
    const within = UNREACHABLE.has(code) ? "" : ` within ${formatSeconds(CONNECT_TIMEOUT_MS)}`;
    return [
      `no connection to ${host} came about${within} (${code})`,
      "Check the network, a firewall or a missing proxy setting.",
    ];
  }
  return [`no connection to ${host} came about${code ? ` (${code})` : ""}`, TRY_LATER];
}

function describeTls(code: string, host: string): [string, string] {
  if (CERTIFICATE_CODE.test(code)) {
    return [
      `the TLS certificate of ${host} was not accepted (${code})`,
      "If your network inspects TLS, set NODE_EXTRA_CA_CERTS to a file with its CA certificate.",
    ];
  }
  return [
    `no TLS connection to ${host} came about (${code})`,
    "Check the tenant address; if it is right, something on the way answers in its place.",
  ];
}

function isProxyRefusal(broken: BrokenExchange): boolean {
  return proxyStatusOf(broken) !== undefined || codeOf(broken) === "UND_ERR_PRX_TLS";
}

function proxyStatusOf({ error }: BrokenExchange): string | undefined {
  const [, status] = /^Proxy response \((\d+)\)/.exec(error?.message ?? "") ?? [];
  return status && `HTTP ${status}`;
}

function codeOf({ error }: Pick<BrokenExchange, "error">): string {
  return error && "code" in error && typeof error.code === "string" ? error.code : "";
}
