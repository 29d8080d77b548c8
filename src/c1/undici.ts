/** Imported on the first API call only. A static import of its own, because a bundled CommonJS package has no other names. */
export { Agent, EnvHttpProxyAgent } from "undici";
