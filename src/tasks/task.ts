import { cleanText } from "../text.ts";
import type { ToolResult } from "../tools/job.ts";
import type { Rest } from "../tools/later.ts";
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
export function describeTask(id: string, held: Held, { standing, at, pollMs }: Seen): Task {
  const base = describeBase(id, held, at);
  if ("result" in standing) {
    const { result } = standing;
    const statusMessage = say(String(result.structuredContent?.summary ?? "Done."));
    return {
      ...base,
      status: "completed",
      statusMessage,
      result: { resultType: "complete", ...result },
    };
  }
  const statusMessage = say(summaryOf(standing.rest) + standing.working);
  return { ...base, status: "working", statusMessage, pollIntervalMs: Math.ceil(pollMs) };
}

export function describeCancelled(id: string, held: Held, rest: Rest, at: number): Task {
  const statusMessage = say(`Nobody waits any more; what was written stays. ${summaryOf(rest)}`);
  return { ...describeBase(id, held, at), status: "cancelled", statusMessage };
}

function describeBase(taskId: string, { rest, expires }: Held, at: number): Base {
  const createdAt = rest.until - rest.seconds * 1000;
  return {
    taskId,
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(at).toISOString(),
    ttlMs: Math.ceil(expires - createdAt),
  };
}

/** Empty in a process that does not know it yet. */
function summaryOf({ output }: Rest): string {
  return output?.summary === undefined ? "" : `${String(output.summary)} `;
}

/** Names of the tenant's stand in it: it is data, and stays one line. */
const say = (text: string): string => cleanText(text, 400);
