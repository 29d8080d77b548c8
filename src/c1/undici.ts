/** Imported on the first API call only, and by its file: the index of the package would read fetch, mocks and caches as well. */
export { default as Agent } from "undici/lib/dispatcher/agent.js";
