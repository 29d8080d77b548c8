import { expect, it } from "vitest";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { createTasks } from "../../../src/tasks/tasks.ts";
import type { ToolContext } from "../../../src/tools/context.ts";
import { Deferred, type PendingWait } from "../../../src/tools/deferral.ts";
import type { PendingWaits, WaitState } from "../../../src/tools/wait-state.ts";
import { idOf } from "../../support/fake-api.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const JANE = "user:jane";

it("a task that is cancelled during a look stays cancelled, whatever the look finds", async () => {
  const clock = createFakeClock();
  const tasks = createTasks({ key: undefined, uses: createLocalShared(clock), clock });
  const pending: PendingWait = {
    tool: "sync_connector",
    tenant: "acme.conductor.one",
    target: { appId: idOf("app"), connectorId: idOf("connector") },
    until: clock.now() + 600_000,
    seconds: 600,
  };
  let find: (state: WaitState) => void = () => undefined;
  const looking = new Promise<WaitState>((resolve) => {
    find = resolve;
  });
  const waits = { tenant: pending.tenant, serves: () => true, leave: async () => true, look: () => looking };
  const { taskId } = tasks.start(new Deferred(pending, "C1 is at work."), JANE);
  clock.advance(60_000);
  const task = tasks.find(taskId, JANE, waits as PendingWaits);
  const get = async () => (await task?.get({} as ToolContext))?.status;

  const first = get();
  await new Promise(setImmediate);
  await task?.cancel();
  expect(await get()).toBe("cancelled");
  find({ pending, result: { content: [{ type: "text", text: "{}" }], structuredContent: {} } });
  expect(await first).not.toBe("completed");
  expect(await get()).toBe("cancelled");
});
