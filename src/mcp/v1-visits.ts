import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import type { ToolContext } from "../tools/context.ts";
import type { Visits } from "../tools/visits.ts";
import { PATIENCE_MS, readVisit, startHeartbeat } from "./ask.ts";

/** Links for clients of the 2025 era that declared support: the request stays open while the person is on the page. */
export function createV1Visits(
  server: Server,
  relatedRequestId: string | number,
  { signal, progress }: Pick<ToolContext, "signal" | "progress">,
): Visits {
  let endShow = () => {};
  return {
    patienceMs: PATIENCE_MS,
    async show({ url }, message, { id }) {
      const endHeartbeat = startHeartbeat(progress, "Waiting for a person to open the page");
      // Closes the client's dialog if the page is finished before the dialog was answered.
      const over = new AbortController();
      endShow = () => over.abort();
      const leave = () => over.abort(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
      try {
        const request = { mode: "url" as const, message, url, elicitationId: id };
        return readVisit(
          await server.elicitInput(request, {
            timeout: PATIENCE_MS,
            signal: over.signal,
            relatedRequestId,
          }),
        );
      } catch (error) {
        signal.throwIfAborted();
        return (error as { code?: unknown }).code === ErrorCode.RequestTimeout ? "expired" : "unavailable";
      } finally {
        endHeartbeat();
        signal.removeEventListener("abort", leave);
      }
    },
    done(id) {
      endShow();
      // A client may not support this message, or be gone: nothing depends on it.
      const notify = server.createElicitationCompletionNotifier(id, { relatedRequestId });
      notify().catch(() => undefined);
    },
  };
}
