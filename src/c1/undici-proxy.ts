/**
 * Imported only if a proxy is set. Needs the whole package, because only its index gives the agents the method that opens a
 * tunnel.
 */
export { EnvHttpProxyAgent } from "undici";
