import { systemClock } from "../src/clock.ts";
import { describeUnknownTool } from "../src/mcp/describe-unknown-tool.ts";
import type { ToolListing } from "../src/tools/listing.ts";
import { createRig, type Rig } from "../test/support/rig.ts";
import { createScaledClock } from "../test/support/scaled-clock.ts";
import { type Change, type Description, describeTenant, listChanges } from "./describe-tenant.ts";
import type { Task } from "./task.ts";
import { furnish } from "./tenant.ts";

/** What an agent gets to see of a call. */
export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What an agent can do: read the list of tools, and call them. */
export interface Server {
  readonly tools: readonly ToolListing[];
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** A tenant of a task's own, with the real tools on it. */
export interface World extends Server {
  readonly rig: Rig;
  readonly before: Description;
  /** What has changed since the start. */
  changes(): Change[];
  close(): Promise<void>;
}

export async function openWorld(task: Task): Promise<World> {
  const { tenant } = task;
  const env = Object.fromEntries(
    Object.entries(tenant.secrets).map(([name, value]) => [`C1_MCP_SECRET_${name}`, value]),
  );
  const rig = await createRig({
    clock: tenant.speed === 1 ? systemClock : createScaledClock(tenant.speed),
    sandbox: tenant.sandbox,
    secrets: { env },
    confirm: tenant.consent !== undefined,
  });
  furnish(rig.sandbox, task);
  const before = describeTenant(rig.sandbox.state);
  const tools = rig.registry.list();
  return {
    rig,
    before,
    tools,
    async call(tool, args) {
      // As both protocol adapters answer.
      if (!tools.some(({ name }) => name === tool))
        return { isError: true, text: describeUnknownTool(tool, tools), value: {} };
      return rig.call(tool, args, { ask: async () => tenant.consent ?? "unavailable" });
    },
    changes: () => listChanges(before, describeTenant(rig.sandbox.state)),
    close: () => rig.close(),
  };
}
