import { cleanText } from "../text.ts";
import type { PendingWait } from "../tools/deferral.ts";
import type { ToolResult } from "../tools/job.ts";
import type { Held } from "./ids.ts";
import type { Seen } from "./looks.ts";

/** A task as the extension has it. Times are in ISO 8601. */
export type Task = Base & State;

/** The answer to a call in place of its result. */
export type CreatedTask = Task & { readonly resultType: "task" };

type Base = {
  readonly taskId: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  /** From its creation until it is forgotten. */
  readonly ttlMs: number;
};

type State = { readonly statusMessage: string } & (
  | { readonly status: "working"; readonly pollIntervalMs: number }
  | { readonly status: "completed"; readonly result: ToolResult & { readonly resultType: "complete" } }
  | { readonly status: "cancelled" }
);

/** A task as it was seen last. */
export function describeTask(id: string, held: Held, { state, at, pollMs }: Seen): Task {
  const base = describeBase(id, held, at);
  if ("result" in state) {
    const { result } = state;
    const statusMessage = say(String(result.structuredContent?.summary ?? "Done."));
    return {
      ...base,
      status: "completed",
      statusMessage,
      result: { resultType: "complete", ...result },
    };
  }
  const statusMessage = say(summaryOf(state.pending) + state.working);
  return { ...base, status: "working", statusMessage, pollIntervalMs: Math.ceil(pollMs) };
}

export function describeCancelled(id: string, held: Held, pending: PendingWait, at: number): Task {
  const statusMessage = say(`Nobody waits any more; what was written stays. ${summaryOf(pending)}`);
  return { ...describeBase(id, held, at), status: "cancelled", statusMessage };
}

function describeBase(taskId: string, { pending, expires }: Held, at: number): Base {
  const createdAt = pending.until - pending.seconds * 1000;
  return {
    taskId,
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(at).toISOString(),
    ttlMs: Math.ceil(expires - createdAt),
  };
}

/** Empty in a process that does not know it yet. */
function summaryOf({ output }: PendingWait): string {
  return output?.summary === undefined ? "" : `${String(output.summary)} `;
}

/** Names of the tenant's stand in it: it is data, and stays one line. */
const say = (text: string): string => cleanText(text, 400);
