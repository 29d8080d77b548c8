import { z } from "zod/v3";
import type { Call } from "../../src/c1/port.ts";
import { Failure, type FailureCode, type FailureDetails } from "../../src/errors.ts";
import { defineRead, defineWrite, type WritePlan } from "../../src/tools/define.ts";
import type { Run } from "../../src/tools/job.ts";

const common = {
  title: "T",
  description: "D",
  roles: { names: ["Application Admin", "Super Admin"] },
  input: z.object({ name: z.string(), token: z.string().optional() }).strict(),
  output: z.object({ done: z.string(), unchecked: z.array(z.string()).optional() }),
};

type Output = { done: string };
type Plan = Partial<WritePlan<Output>>;

/** A tool that writes. The given parts of a plan replace those of a plan that works. */
export const writing = (plan: Plan = {}, prepare: (run: Run) => Promise<void> | void = () => undefined) =>
  defineWrite({
    ...common,
    name: "a_write",
    effect: "create",
    sensitive: ({ token }) => (token === undefined ? [] : [token]),
    async plan({ name }, run) {
      await run.api.users.search({}, {}, run.call);
      await prepare(run);
      if (name === "half seen") run.unchecked.push("something (forbidden)");
      return {
        targets: { name },
        intent: "Do it",
        request: { method: "POST", path: "/", body: {} },
        ifUnknown: "Look at the thing.",
        dryRun: false,
        guard: {
          key: name,
          what: "things of that name",
          existsAlready: "It exists",
          ifExists: "fail",
          find: async () => ({ items: [] }),
          describe: () => ({ done: "found" }),
        },
        send: async () => ({ done: name }),
        ...plan,
      };
    },
  });

/** A tool that reads as the test says. */
export const reading = (read: (call: Call) => Promise<Output>) =>
  defineRead({ ...common, name: "a_read", read: (_args, run) => read(run.call) });

/** The part of a plan that fails when it is sent. */
export const failing = (code: FailureCode, details: FailureDetails = {}) => ({
  send: async () => Promise.reject(new Failure(code, "It failed.", details)),
});
