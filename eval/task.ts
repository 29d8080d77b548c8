import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod/v3";
import { FAILURE_CODES } from "../src/errors.ts";

/** Of the project; the script runs from there. */
const TASKS_FOLDER = join("eval", "tasks");

const map = z.record(z.unknown());

/** What the tenant holds beside the seeded rows, and how it behaves. Rows name each other by name or address. */
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
    /** Names and values of secrets that are configured in the server. */
    secrets: z.record(z.string()).default({}),
    /** Operations of the API that this credential may not use, or that are not there. */
    forbid: z.array(z.string()).default([]),
    notFound: z.array(z.string()).default([]),
    /** As `FaultRule` of the sandbox has them. */
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
    /** Options of the sandbox: delays, generated rows. */
    sandbox: map.default({}),
    /** How many times faster than real time runs; for tasks in which something is waited for. */
    speed: z.number().default(1),
    /** What a person says who is asked before a write; absent: nobody is asked. */
    consent: z.enum(["accepted", "declined", "dismissed"]).optional(),
    /** What a person does with a page that they are asked to open; absent: the server has no page. */
    page: z
      .object({
        does: z.enum(["types", "declines", "closes"]),
        /** Into each of its fields. */
        types: z.string().default(""),
        /** Their client shows them the link; otherwise the assistant passes on the one in the answer. */
        isShown: z.boolean().default(false),
      })
      .strict()
      .optional(),
  })
  .strict();

const row = z.object({ kind: z.enum(["app", "connector", "owner"]) }).passthrough();

const task = z
  .object({
    /** What the task is about; figures are given by these words. */
    kinds: z.array(z.string()).min(1),
    /** What a person asks for, and what is not asked a second time. */
    words: z.string().min(10),
    tenant: tenant.default({}),
    /** The calls of somebody who makes no mistake. Texts that begin with "@" are references: `eval/references.ts`. */
    calls: z.array(z.object({ tool: z.string(), args: map }).strict()).min(1),
    /** Rows of the tenant that are new or other than before, with the fields that matter; nothing else may have changed. */
    after: z.array(row).default([]),
    /** What would be right as well: what a caller can do who knows more, where the one who makes no mistake is refused. */
    also: z.array(row).default([]),
    /** What must be true of the last answer. */
    answer: z
      .object({
        /** It is this failure; absent: it is a success. */
        code: z.enum(FAILURE_CODES).optional(),
        /** Texts in it. */
        says: z.array(z.string()).default([]),
      })
      .strict()
      .default({}),
  })
  .strict();

export type Row = z.infer<typeof row>;
export type Task = z.infer<typeof task> & { readonly name: string };

/** All tasks, by name. */
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
