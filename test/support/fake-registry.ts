import { vi } from "vitest";
import type { ToolContext } from "../../src/tools/context.ts";
import type { ToolResult } from "../../src/tools/job.ts";
import type { Registry } from "../../src/tools/registry.ts";

/** A successful tool result. */
export function resultOf(value: Record<string, unknown>): ToolResult {
  return { content: [{ type: "text", text: JSON.stringify(value) }], structuredContent: value };
}

/** For registries whose calls leave no pending waits. */
export const openNoPendingWaits: Registry["openPendingWaits"] = async () => ({
  tenant: "none",
  serves: () => false,
  look: () => Promise.reject(new Error("no call left a pending wait")),
  leave: async () => false,
});

/** A registry with a single tool, `echo`, that does what the test says; by default it returns its arguments. */
export function createFakeRegistry(
  echo: (args: unknown, context: ToolContext) => Promise<ToolResult> = async (args) =>
    resultOf({ args: args ?? null }),
) {
  const call = vi.fn(async (name: string, args: unknown, context: ToolContext) =>
    name === "echo" ? echo(args, context) : undefined,
  );
  const registry: Registry = {
    instructions: "Be careful.",
    list: () => [
      {
        name: "echo",
        title: "Echo",
        description: "Gives its arguments back",
        inputSchema: {
          type: "object",
          properties: { text: { type: "string" } },
          additionalProperties: false,
        },
        outputSchema: { type: "object", properties: { args: {} } },
        annotations: {
          readOnlyHint: true,
          destructiveHint: false,
          idempotentHint: true,
          openWorldHint: false,
        },
      },
    ],
    call,
    openPendingWaits: openNoPendingWaits,
  };
  return { ...registry, call };
}
