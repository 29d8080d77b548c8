import { isIPv4 } from "node:net";

/** Whether a host name or address is reachable from this machine only. An IPv6 address may be in brackets, as in a URL. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  return (
    name === "localhost" ||
    name === "::1" ||
    name === "[::1]" ||
    // All of 127.0.0.0/8.
    (name.startsWith("127.") && isIPv4(name))
  );
}
