import { type Clock, systemClock } from "../src/clock.ts";
import { describeUnknownTool } from "../src/mcp/describe-unknown-tool.ts";
import type { ToolListing } from "../src/tools/listing.ts";
import { createRig, type Rig } from "../test/support/rig.ts";
import { type Change, type Description, describeTenant, listChanges } from "./describe-tenant.ts";
import { createPerson } from "./person.ts";
import { createScaledClock } from "./scaled-clock.ts";
import type { Task } from "./task.ts";
import { furnish } from "./tenant.ts";

/** The answer to a call, as the agent sees it. */
export interface Answer {
  readonly isError: boolean;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The server, as the agent uses it. */
export interface Server {
  readonly tools: readonly ToolListing[];
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** The real tools on a task's own tenant. */
export interface World extends Server {
  readonly rig: Rig;
  readonly before: Description;
  /** The changes since the start. */
  changes(): Change[];
  close(): Promise<void>;
}

export async function openWorld(task: Task): Promise<World> {
  const { tenant } = task;
  const env = Object.fromEntries(
    Object.entries(tenant.secrets).map(([name, value]) => [`C1_MCP_SECRET_${name}`, value]),
  );
  const clock = createEndingClock(tenant.speed === 1 ? systemClock : createScaledClock(tenant.speed));
  const rig = await createRig({
    clock,
    sandbox: tenant.sandbox,
    secrets: { env },
    confirm: tenant.consent !== undefined,
    ...(tenant.page && { page: {} }),
  });
  const person = tenant.page && rig.page && createPerson(tenant.page, rig.page.service.handle);
  furnish(rig.sandbox, task);
  const before = describeTenant(rig.sandbox.state);
  const tools = rig.registry.list();
  return {
    rig,
    before,
    tools,
    async call(tool, args) {
      // As both protocol adapters do.
      if (!tools.some(({ name }) => name === tool))
        return { isError: true, text: describeUnknownTool(tool, tools), value: {} };
      const answer = await rig.call(tool, args, {
        ask: async () => tenant.consent ?? "unavailable",
        ...(person?.visits && { visits: person.visits }),
      });
      await person?.follow(answer);
      return answer;
    },
    changes: () => listChanges(before, describeTenant(rig.sandbox.state)),
    async close() {
      await rig.close();
      clock.end();
    },
  };
}

/** A clock whose timers end with the world. Otherwise the process would wait ten minutes for the timer of a page. */
function createEndingClock(clock: Clock): Clock & { end(): void } {
  const stops = new Set<() => void>();
  return {
    now: clock.now,
    after(ms, run) {
      const stop = clock.after(ms, run);
      stops.add(stop);
      return stop;
    },
    end() {
      for (const stop of stops) stop();
    },
  };
}
