import { config } from "zod/v4/core";

/**
 * Keeps zod from compiling the SDKs' schemas, which takes a tenth of a first call (Node 24) and hardly pays in a process that serves
 * one client. Must be called before an SDK is loaded.
 */
export function interpretSchemas(): void {
  config({ jitless: true });
}
