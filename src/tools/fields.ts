import { z } from "zod/v3";
import { ID } from "../c1/port.ts";
import { bounded, MAX_NAME, MAX_PROSE } from "./bounds.ts";

/** One `@`, something on either side, no white space; the tenant decides whether it exists. */
export const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

// Rules stand in refinements where the model does not need them: those are enforced but cost no tokens in the schema.

const clean = (value: string) => !CONTROL.test(value) && value.isWellFormed();

/** Text that people read; may have several lines. */
export const prose = bounded(z.string(), MAX_PROSE).refine(clean, "must not contain control characters");

/** A name: text on one line, not blank. */
export const name = bounded(z.string(), MAX_NAME)
  .refine(clean, "must not contain control characters")
  .refine((value) => value.trim() !== "", "must not be empty")
  .refine((value) => !/[\r\n]/.test(value), "must be one line");

export const id = z.string().refine((value) => ID.test(value), "must be a C1 id: 27 letters and digits");

/** An object by id or exact name. A name is looked up in a search body and never put into a path. */
export const nameOrId = name.describe("Id or exact name");

/** A person: user id or e-mail address. */
export const userRef = z
  .string()
  .refine(
    (value) => ID.test(value) || (EMAIL.test(value) && clean(value)),
    "must be a user id (27 letters and digits) or an e-mail address",
  );

export const roleSlug = z
  .string()
  .refine((value) => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(value), "must be letters, digits, - and _ only");

/** Direct owners that C1 takes, of each kind. */
export const MAX_DIRECT_OWNERS = 32;

/** Owners of apps and connectors. */
export const userRefs = bounded(z.array(userRef), MAX_DIRECT_OWNERS);

export const cursor = z.string().optional();
export const limit = z.number().int().min(1).max(50).optional();

/** A page of rows, and how to get the next one. */
export function listResult<Row extends z.ZodTypeAny>(row: Row) {
  return z.object({
    items: z.array(row),
    nextCursor: z.string().optional(),
    more: z.string().optional(),
  });
}

export const dryRun = z.boolean().describe("Check everything, send nothing").optional();

/** A first sync of a large tenant takes hours, which no call can wait for. */
export const syncSeconds = z
  .number()
  .int()
  .min(0)
  .max(600)
  .describe("Wait until the sync has ended")
  .default(0);

export const ifExists = z.enum(["fail", "reuse", "create"]).default("fail");

/** What every result of a write can have. The ids are missing from a dry run, which has the request instead. */
export const writeResult = {
  summary: z.string(),
  tenant: z.string(),
  unchecked: z.array(z.string()).optional(),
  next: z.string().optional(),
  recovered: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  request: z.record(z.unknown()).optional(),
};

/** What the results of the creates have beside that. */
export const createResult = {
  ...writeResult,
  existing: z.boolean().optional(),
  notApplied: z.array(z.string()).optional(),
};
