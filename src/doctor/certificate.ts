import { connect } from "node:tls";
import { CHECK_LIMIT_MS } from "./setup.ts";

/** The certificate that a server shows, and why it is not trusted, if it is not. */
export interface Certificate {
  readonly issuer: string;
  readonly validTo: string;
  readonly protocol: string;
  /** OpenSSL's or Node's code for what is wrong. */
  readonly problem?: string;
}

/** Looks at the certificate without trusting it, and sends nothing. Undefined when there is none to see. */
export function readCertificate(serverUrl: string): Promise<Certificate | undefined> {
  const { hostname, port } = new URL(serverUrl);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      servername: /^[\d.:[\]]+$/.test(hostname) ? "" : hostname,
      rejectUnauthorized: false,
      timeout: CHECK_LIMIT_MS,
    });
    const end = (certificate: Certificate | undefined) => {
      resolve(certificate);
      socket.destroy();
    };
    socket.once("error", () => end(undefined));
    socket.once("timeout", () => end(undefined));
    socket.once("secureConnect", () => {
      const { issuer, valid_to } = socket.getPeerCertificate();
      const error: unknown = socket.authorizationError;
      const problem = error instanceof Error ? (error as NodeJS.ErrnoException).code : error;
      end({
        issuer: [issuer?.O, issuer?.CN].flat().filter(Boolean).join(", ") || "an unnamed issuer",
        validTo: valid_to,
        protocol: socket.getProtocol() ?? "TLS",
        ...(problem ? { problem: String(problem) } : {}),
      });
    });
  });
}
