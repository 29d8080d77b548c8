import { z } from "zod/v3";
import { ID } from "../c1/port.ts";
import { flattenText } from "../text.ts";
import { bounded, MAX_NAME, MAX_PROSE } from "./bounds.ts";
import { findMixedWord } from "./find-mixed-word.ts";
import { findOddity, trimBlanks } from "./find-oddity.ts";
import { LONGEST_WAIT_SECONDS } from "./wait-state.ts";

/** One `@`, something on either side, no white space; the tenant decides whether it exists. */
export const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,255}$/;

/** Certainly an address, and not a name with an @ in it. */
const ADDRESS = /^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i;

// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the control characters to refuse
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

// Rules that the model need not know are refinements: they are enforced but cost no tokens in the schema.

const clean = (value: string) => !CONTROL.test(value) && value.isWellFormed();

/** Search text. Names in the tenant can contain odd characters, so they are allowed here. */
export const query = bounded(z.string(), MAX_NAME).refine(clean, "must not contain control characters");

/** Prose: may span several lines, but contains no invisible characters. */
export const prose = bounded(z.string(), MAX_PROSE).superRefine(
  refuseWhere((value) => findOddity(value, "paragraphs")),
);

/**
 * A name for C1 to store: one line, not blank. Whatever our cleaning of foreign text would alter is refused, so that names that
 * look equal are equal. Surrounding blanks are removed.
 */
export const name = bounded(z.string(), MAX_NAME)
  .superRefine(refuseWhere((value) => findOddity(value, "line")))
  .superRefine(refuseWhere(findMixedWord))
  .refine((value) => trimBlanks(value) !== "", "must not be empty")
  // A name that looks like an id is a mistake, and an object of that name could not be referred to by it.
  .refine((value) => !ID.test(trimBlanks(value)), "must be a name, and this has the form of an id")
  .refine((value) => !ADDRESS.test(trimBlanks(value)), "must be a name, and this is an e-mail address")
  .transform(trimBlanks);

export const id = z
  .string()
  .refine((value) => ID.test(trimBlanks(value)), "must be a C1 id: 27 letters and digits")
  .transform(trimBlanks);

/**
 * An object by id or exact name. A name is sent in a search body and never put into a path. What does not show around an id is
 * removed; names are compared without it anyway.
 */
export const nameOrId = query
  .refine((value) => flattenText(value) !== "" || !clean(value), "must not be empty")
  .refine((value) => !/[\r\n]/.test(value), "must be one line")
  .transform((value) => (ID.test(flattenText(value)) ? flattenText(value) : value))
  .describe("Id or name");

/** A person: user id or e-mail address, without what does not show in or around it. */
export const userRef = z.string().superRefine(refuseWhere(judgePerson)).transform(flattenText);

function judgePerson(value: string): string | undefined {
  const shown = flattenText(value);
  if (!clean(value) || !(ID.test(shown) || EMAIL.test(shown)))
    return "must be a user id (27 letters and digits) or an e-mail address; find_users finds both by name";
  return /[\r\n]/.test(value) ? "must be one line" : undefined;
}

const ROLE_SLUG = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export const roleSlug = z
  .string()
  .refine((value) => ROLE_SLUG.test(trimBlanks(value)), "must be letters, digits, - and _ only")
  .transform(trimBlanks);

/** The maximum number of direct owners that C1 accepts, of each kind. */
export const MAX_DIRECT_OWNERS = 32;

/** Owners of apps and connectors. */
export const userRefs = bounded(z.array(userRef), MAX_DIRECT_OWNERS);

export const cursor = z.string().optional();
export const limit = z
  .number()
  .int()
  .max(50)
  .refine((value) => value >= 1, "must be at least 1")
  .optional();

/** A page of rows, and how to get the next one. */
export function listResult<Row extends z.ZodTypeAny>(row: Row) {
  return z.object({
    items: z.array(row),
    nextCursor: z.string().optional(),
    more: z.string().optional(),
  });
}

export const dryRun = z.boolean().optional();

/** A connector's config; its fields depend on the connector's type. */
export const configMap = z.record(z.unknown());

/** How long to wait for the effect of a write, in seconds. Default: not at all. */
export function waitSeconds(most: number, what: string) {
  return z
    .number()
    .int()
    .max(most)
    .refine((value) => value >= 0, "must be at least 0")
    .describe(what)
    .optional()
    .transform((value) => value ?? 0);
}

/** The first sync of a large tenant takes hours, which no call can wait for. */
export const syncSeconds = waitSeconds(LONGEST_WAIT_SECONDS, "For the outcome");

export const ifExists = z.enum(["fail", "reuse", "create"]).default("fail");

/** Fields that every write's result can have. A dry run has the request in place of ids. */
export const writeResult = {
  summary: z.string(),
  tenant: z.string(),
  unchecked: z.array(z.string()).optional(),
  next: z.string().optional(),
  recovered: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  request: z.record(z.unknown()).optional(),
};

/** Further fields in the results of creates. */
export const createResult = {
  ...writeResult,
  existing: z.boolean().optional(),
  notApplied: z.array(z.string()).optional(),
};

/** @param find returns what is wrong with a value. */
function refuseWhere(
  find: (value: string) => string | undefined,
): (value: string, context: z.RefinementCtx) => void {
  return (value, context) => {
    const message = find(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
