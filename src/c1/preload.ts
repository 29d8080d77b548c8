import type { Credential } from "../config/credential.ts";
import { findProxies } from "./dispatcher.ts";

/** Functions that each import some of the code that the first request will need. They open, send and sign nothing. */
export function preload(serverUrl: string, { kind }: Credential): (() => Promise<unknown>)[] {
  return [
    () => import("./client.ts"),
    () => (findProxies(serverUrl, process.env) ? import("./undici-proxy.ts") : import("./undici.ts")),
    ...(kind === "client_credentials" ? [() => import("jose")] : []),
    ...(serverUrl.startsWith("https:") ? [() => import("node:tls")] : []),
  ];
}
