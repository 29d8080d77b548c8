import { once } from "node:events";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

/** A self-signed certificate for loopback, and its key, for tests only. */
export const LOOPBACK_TLS = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgKkoLylniQP5I2Asl
zh4LhyL0H59Oz/k4QX5Us+gdggChRANCAAQBAbfqMTWsCqm8T3/9ey+IjsWlpM6b
mBbxIG+F+66952oog1QwmO7xXDA2SpCFj690W0pqePzhWHPK4jd8bm8Q
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBlzCCAT2gAwIBAgIUAc3b74KhqYObcJDyeGMSKtypTt0wCgYIKoZIzj0EAwIw
EzERMA8GA1UECgwIZW1hLXRlc3QwHhcNMjYxMTI3MDA0NTI3WhcNMzYxMTI0MDA0
NTI3WjATMREwDwYDVQQKDAhlbWEtdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABAEBt+oxNawKqbxPf/17L4iOxaWkzpuYFvEgb4X7rr3naiiDVDCY7vFcMDZK
kIWPr3RbSmp4/OFYc8riN3xubxCjbzBtMB0GA1UdDgQWBBQF21MigYjF/I5tSjBS
2BrceBW8MzAfBgNVHSMEGDAWgBQF21MigYjF/I5tSjBS2BrceBW8MzAPBgNVHRMB
Af8EBTADAQH/MBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAKBggqhkjOPQQD
AgNIADBFAiBKll1MxV7q2EJTXmjyR59F8vto1xM/udp6A7xa/6/ytAIhAJdLOZoI
HA3PK6KSXixB3xarlPsx1vswBZVPwiMuqq8W
-----END CERTIFICATE-----
`,
};

/** A TLS proxy in front of a server on loopback, for clients that require https. */
export interface TlsFront {
  readonly url: string;
  /** The address to which requests are forwarded. */
  target: string;
  close(): void;
}

export async function startTlsFront(): Promise<TlsFront> {
  const server = createServer(LOOPBACK_TLS, (incoming, response) => {
    const { url = "/", method, headers } = incoming;
    const outgoing = request(new URL(url, front.target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy());
    incoming.pipe(outgoing);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const front: TlsFront = {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "",
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return front;
}
