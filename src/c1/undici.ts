/** Imported on the first API call, and by file: the package's index would also load fetch, mocks and caches. */
export { default as Agent } from "undici/lib/dispatcher/agent.js";
