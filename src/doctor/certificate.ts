import { connect } from "node:tls";
import { CHECK_LIMIT_MS } from "./setup.ts";

/** A server's certificate and, if it is not trusted, why. */
export interface Certificate {
  readonly issuer: string;
  readonly validTo: string;
  readonly protocol: string;
  /** The code of OpenSSL or Node for what is wrong. */
  readonly problem?: string;
}

/** Reads the server's certificate without trusting it, and sends nothing. Undefined if the server presents none. */
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
