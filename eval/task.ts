import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod/v3";
import { FAILURE_CODES } from "../src/errors.ts";

/** Relative to the root of the project, from where the script runs. */
const TASKS_FOLDER = join("eval", "tasks");

const map = z.record(z.unknown());

/** The tenant's rows besides those of the seed, and its behaviour. Rows refer to each other by name or e-mail. */
const tenant = z
  .object({
    people: z.array(z.object({ displayName: z.string(), email: z.string() }).passthrough()).default([]),
    policies: z
      .array(z.object({ displayName: z.string(), policyType: z.string() }).passthrough())
      .default([]),
    apps: z.array(z.object({ displayName: z.string() }).passthrough()).default([]),
    connectors: z
      .array(
        z
          .object({
            app: z.string(),
            type: z.string(),
            displayName: z.string(),
            description: z.string(),
            config: z.record(z.string()),
            isSynced: z.boolean(),
            lastError: z.string(),
          })
          .partial()
          .required({ app: true, type: true })
          .strict(),
      )
      .default([]),
    owners: z.array(z.object({ connector: z.string(), person: z.string() }).strict()).default([]),
    /** Names and values of the configured secrets. */
    secrets: z.record(z.string()).default({}),
    /** API operations that this credential may not use, or that do not exist. */
    forbid: z.array(z.string()).default([]),
    notFound: z.array(z.string()).default([]),
    /** In the form of the sandbox's `FaultRule`. */
    faults: z
      .array(
        z
          .object({
            operation: z.string(),
            times: z.number().optional(),
            when: z.enum(["before", "after"]).optional(),
            do: z.object({ kind: z.string() }).passthrough(),
          })
          .strict(),
      )
      .default([]),
    /** Options of the sandbox, such as delays and generated rows. */
    sandbox: map.default({}),
    /** Speed of the clock, as a multiple of real time, for tasks that wait. */
    speed: z.number().default(1),
    /** The person's answer to a consent prompt; absent if nobody is asked. */
    consent: z.enum(["accepted", "declined", "dismissed"]).optional(),
    /** How the person acts on the page; absent if the server has no page. */
    page: z
      .object({
        does: z.enum(["types", "declines", "closes"]),
        /** Typed into each field. */
        types: z.string().default(""),
        /** Whether the client shows the link; otherwise the assistant passes on the one in the answer. */
        isShown: z.boolean().default(false),
      })
      .strict()
      .optional(),
  })
  .strict();

const row = z.object({ kind: z.enum(["app", "connector", "owner"]) }).passthrough();

const task = z
  .object({
    /** Subjects of the task, by which the figures are grouped. */
    kinds: z.array(z.string()).min(1),
    /** The person's request. They are not asked again. */
    words: z.string().min(10),
    tenant: tenant.default({}),
    /** The calls without mistakes. Texts that begin with "@" are references: `eval/references.ts`. */
    calls: z.array(z.object({ tool: z.string(), args: map }).strict()).min(1),
    /** New and changed rows of the tenant, with the fields that matter. Nothing else may change. */
    after: z.array(row).default([]),
    /** Further changes that are right, too, if the calls without mistakes are refused and a caller knows more. */
    also: z.array(row).default([]),
    /** Requirements on the last answer. */
    answer: z
      .object({
        /** The code of the failure; absent if the answer is a success. */
        code: z.enum(FAILURE_CODES).optional(),
        /** Texts that the answer must contain. */
        says: z.array(z.string()).default([]),
      })
      .strict()
      .default({}),
  })
  .strict();

export type Row = z.infer<typeof row>;
export type Task = z.infer<typeof task> & { readonly name: string };

/** Loads all tasks, in the order of their names. */
export function loadTasks(): Task[] {
  return readdirSync(TASKS_FOLDER)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => parseTask(file.replace(".json", ""), readFileSync(join(TASKS_FOLDER, file), "utf8")));
}

function parseTask(name: string, text: string): Task {
  const parsed = task.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${name}: ${parsed.error.message}`);
  return { name, ...parsed.data };
}
