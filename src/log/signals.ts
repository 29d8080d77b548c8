import { type Channel, channel } from "node:diagnostics_channel";

/*
 * Events from which metrics are derived, sent to listeners in this process. They cost nothing without listeners, so the code that
 * reports them need not know whether metrics are enabled.
 */

/** A tool call that ended. */
export interface CallEnd {
  readonly tool: string;
  /** "ok" or the failure code. */
  readonly outcome: string;
  readonly ms: number;
  /** Name of the credential that served the call, on a server with several. */
  readonly credential?: string;
}

/** A request to C1 that ended. */
export interface UpstreamEnd {
  readonly operation: string;
  /** Absent if no response arrived. */
  readonly status?: number;
  readonly ms: number;
}

/** An attempt to fetch an access token for C1. */
export interface TokenRenewal {
  readonly ok: boolean;
  /** Name of its credential, on a server with several. */
  readonly credential?: string;
}

/** A caller's request that was answered or aborted. */
export interface HttpAnswer {
  readonly status: number;
}

interface Signal<T> {
  tell(event: T): void;
  /** The returned function unsubscribes. */
  listen(listener: (event: T) => void): () => void;
}

function createSignal<T>(name: string): Signal<T> {
  const wire: Channel = channel(`c1-admin-mcp:${name}`);
  return {
    tell: (event) => wire.publish(event),
    listen(listener) {
      const handler = (event: unknown) => listener(event as T);
      wire.subscribe(handler);
      return () => void wire.unsubscribe(handler);
    },
  };
}

export const callEnded = createSignal<CallEnd>("call");
export const upstreamEnded = createSignal<UpstreamEnd>("upstream");
export const tokenRenewed = createSignal<TokenRenewal>("token");
export const httpAnswered = createSignal<HttpAnswer>("http");
/** The audit record of an outcome that could not be written to its file. */
export const auditRecordLost = createSignal<object>("audit");
