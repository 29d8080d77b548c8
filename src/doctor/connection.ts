import { explainBroken } from "../c1/network-problem.ts";
import type { Transport } from "../c1/transport.ts";
import { readSteady } from "../clock.ts";
import { type Certificate, readCertificate } from "./certificate.ts";
import { checkLimits } from "./check-limits.ts";
import { type CheckOutcome, type Finding, fail, ok } from "./finding.ts";
import type { Route } from "./proxy.ts";
import type { Setup } from "./setup.ts";

/** When the tenant responded, by its clock and by ours. */
export interface Arrival {
  readonly date: string | undefined;
  /** This machine's time halfway between request and response, in milliseconds since the epoch. */
  readonly at: number;
}

/** Sends one request without a token over the connection that calls use. Any response proves that the route works. */
export async function checkConnection(
  setup: Setup,
  serverUrl: string,
  transport: Transport,
  { proxy }: Route,
): Promise<CheckOutcome<Arrival>> {
  const { clock, redactor, signal } = setup;
  const sentAt = clock.now();
  const started = readSteady(clock);
  const request = {
    operation: "reach the tenant",
    method: "GET",
    path: "/api/v1/auth/introspect",
    headers: {},
  } as const;
  const [result, certificate] = await Promise.all([
    transport.send(request, checkLimits(setup)),
    serverUrl.startsWith("https:") && !proxy ? readCertificate(serverUrl) : undefined,
  ]);
  const waitedMs = Math.round(readSteady(clock) - started);
  const { host } = transport;
  if (result.kind === "broken" && !result.head) {
    const around = {
      ...{ host, waitedMs, redactor, cancelled: signal.aborted },
      ...{ proxied: proxy !== undefined, fromEntry: setup.entry !== undefined },
    };
    const failure = explainBroken(result, { operation: request.operation, write: false }, around);
    return { findings: [explain(certificate, host) ?? fail(failure.message, failure.next)] };
  }
  const headers = result.kind === "answer" ? result.headers : result.head?.headers;
  const date = headers?.date;
  const secured = certificate
    ? `, ${certificate.protocol}, certificate by ${certificate.issuer}, valid until ${certificate.validTo}`
    : "";
  return {
    findings: [ok(`${host} answers in ${waitedMs} ms${secured}`)],
    value: { date: Array.isArray(date) ? date[0] : date, at: sentAt + waitedMs / 2 },
  };
}

/** Why a certificate is not trusted, in words that help whoever has to fix it. */
function explain(certificate: Certificate | undefined, host: string): Finding | undefined {
  if (!certificate?.problem) return undefined;
  const { issuer, problem, validTo } = certificate;
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID")
    return fail(
      `the certificate shown by ${host} (issued by ${issuer}) is for another host`,
      "Correct the tenant's address; if it is right, something on the way answers in its place.",
    );
  if (problem === "CERT_HAS_EXPIRED")
    return fail(
      `the certificate of ${host} (issued by ${issuer}) was valid until ${validTo}`,
      "Check this machine's clock; if it is right, the certificate must be renewed by whoever issued it.",
    );
  return fail(
    `the certificate of ${host} is issued by ${issuer}, which this machine's Node does not trust (${problem})`,
    "If your network inspects TLS, save the certificate of its CA as a PEM file and name that file in NODE_EXTRA_CA_CERTS.",
  );
}
