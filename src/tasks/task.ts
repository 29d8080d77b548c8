import { cleanText } from "../text.ts";
import type { Pending } from "../tools/deferral.ts";
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

export function describeCancelled(id: string, held: Held, pending: Pending, at: number): Task {
  const what =
    "page" in pending
      ? "The page was closed before it was sent; nothing was changed."
      : `Nobody waits any more; what was written stays. ${summaryOf(pending)}`;
  const statusMessage = say(what);
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
function summaryOf(pending: Pending): string {
  const summary = "page" in pending ? undefined : pending.output?.summary;
  return summary === undefined ? "" : `${String(summary)} `;
}

/** Contains names from the tenant: it is data, and stays one line. */
const say = (text: string): string => cleanText(text, 400);
