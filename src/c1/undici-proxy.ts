/** Imported only where a proxy is set. The whole package: its index gives the agents the method that opens a tunnel. */
export { EnvHttpProxyAgent } from "undici";
