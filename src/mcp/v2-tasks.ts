import { CLIENT_INFO_META_KEY, ProtocolError, type ServerContext } from "@modelcontextprotocol/server";
import { serveMethod } from "../log/served.ts";
import { withTrace } from "../log/trace.ts";
import type { Tasks } from "../tasks/tasks.ts";
import type { ToolContext } from "../tools/context.ts";
import type { Registry } from "../tools/registry.ts";
import { describeClient } from "./describe-client.ts";
import type { TaskMethod } from "./task-methods.ts";
import { callerOf, envelopeOf, missTasks, principalOf, saysTasks } from "./v2-context.ts";

/** One answer to everything that is not a task of this caller's, so that nobody learns what it is. */
const UNKNOWN = "Unknown task: there is none of that id, or no longer, or it is not yours.";

/** Answers the methods of the tasks extension. */
export function answerTask(...asked: Parameters<typeof answer>): ReturnType<typeof answer> {
  const [method, , , , ctx] = asked;
  return withTrace(ctx.mcpReq._meta?.traceparent, () => serveMethod(method, () => answer(...asked)));
}

async function answer(
  method: TaskMethod,
  id: string,
  tasks: Tasks,
  registry: Registry,
  ctx: ServerContext,
): Promise<Record<string, unknown>> {
  if (!saysTasks(ctx)) throw missTasks();
  const task = tasks.find(id, principalOf(ctx), await registry.openPendingWaits());
  if (!task) throw new ProtocolError(-32602, UNKNOWN);
  if (method === "tasks/get") return task.get(contextOf(ctx));
  if (method === "tasks/cancel") await task.cancel();
  // No task asks for anything: answers to what was not asked are ignored, as the extension says.
  return {};
}

function contextOf(ctx: ServerContext): ToolContext {
  return {
    signal: ctx.mcpReq.signal,
    principal: principalOf(ctx),
    caller: callerOf(ctx),
    client: describeClient(envelopeOf(ctx)[CLIENT_INFO_META_KEY]),
    progress: () => undefined,
    ask: async () => "unavailable",
  };
}
