import { type Channel, channel } from "node:diagnostics_channel";

/*
 * Events that metrics are made from. Sent to listeners in this process; free while there are none, so that the code which
 * reports them need not know whether metrics are on.
 */

/** A tool call that ended. */
export interface CallEnd {
  readonly tool: string;
  /** "ok" or the failure code. */
  readonly outcome: string;
  readonly ms: number;
  /** Name of the credential that served it, where the server has several. */
  readonly credential?: string;
}

/** A request to C1 that ended. */
export interface UpstreamEnd {
  readonly operation: string;
  /** Absent when no answer came. */
  readonly status?: number;
  readonly ms: number;
}

/** An access token for C1 that was fetched, or not. */
export interface TokenRenewal {
  readonly ok: boolean;
  /** Name of the credential that it is for, where the server has several. */
  readonly credential?: string;
}

/** A request of a caller that was answered, or broken off. */
export interface HttpAnswer {
  readonly status: number;
}

interface Signal<T> {
  tell(event: T): void;
  /** The returned function ends it. */
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
/** An audit record of an outcome that its file did not take. */
export const auditRecordLost = createSignal<object>("audit");
