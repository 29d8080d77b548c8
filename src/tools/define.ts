import type { z } from "zod/v3";
import type { C1Api, Call, PreparedWrite } from "../c1/port.ts";
import type { JsonObject } from "../json.ts";
import type { AskedField } from "./asked-field.ts";
import type { Titles } from "./connector-config/titles.ts";
import type { Run } from "./job.ts";
import type { Existing, Named } from "./named.ts";
import type { Change } from "./question-lines.ts";
import type { Reading } from "./read-all.ts";
import type { Roles } from "./roles.ts";
import type { Looking, Since, Wait, Watch } from "./watch.ts";

/** What a tool does to the tenant. Everything that clients are told about its safety derives from this word. */
export type Effect = "read" | "create" | "add" | "replace";

/** Prevents a write from being done twice. */
export interface DuplicateGuard<Output, Found extends Existing = Existing> {
  /** Identifies the intended write; calls with the same key run one after another. */
  readonly key: string;
  /** What is looked for, in words, for the note if C1 refuses the look-up: "apps of that name". */
  readonly what: string;
  /** The beginning of a sentence: `An app named "Acme CRM" exists already`. */
  readonly existsAlready: string;
  /**
   * What to do if the object exists. "done": nothing, because the request is already fulfilled. "repeat": send anyway, because
   * repeating is harmless; nothing is looked up first, and what is found afterwards proves that the write was done.
   */
  readonly ifExists: "fail" | "reuse" | "create" | "done" | "repeat";
  /** Finds live objects equal to what this write would create. */
  find(call: Call): Promise<Reading<Found>>;
  /**
   * Whether everything that C1 shows of an object matches what this write sends. Omitted if every object found matches, because
   * it was looked up by its key.
   */
  isSent?(found: Found): boolean;
  /** What to do with an object that exists, if that is not simply to go on with it. */
  mend?(found: Found): string | undefined;
  /** Field of the result with the object's id; present if creating it twice would do harm. */
  readonly idKey?: string;
  /** The result if nothing needs to be sent, or if the outcome of a lost response was established. */
  describe(found: Found, how: "existing" | "recovered"): Output;
}

/** A write that was decided on but not sent. Making a plan has no side effect. */
export interface WritePlan<Output> {
  /** Ids and names of what will be touched, for the audit record. Never a value that could be secret. */
  readonly targets: Readonly<Record<string, string | readonly string[]>>;
  /** What will be done, for the summary of a dry run: 'Create app "Acme CRM"'. */
  readonly intent: string;
  /** Exactly what will be sent. */
  readonly request: PreparedWrite<unknown>["request"];
  /** The body for display, if parts of it must not be shown. */
  readonly shownBody?: JsonObject;
  /** The body for the person who is asked, if it contains secrets: complete except for those. */
  readonly askedBody?: JsonObject;
  /** Secrets that a person has yet to type. A plan with any is never sent. */
  readonly asked?: readonly AskedField[];
  /** The body that a consent is bound to if it is given before the secrets are typed; contains none of them. */
  readonly boundBody?: JsonObject;
  /** Whether the arguments themselves contain secrets and so must not be put into a link. */
  readonly holdsSecrets?: boolean;
  /**
   * Whether it sends a connector's config. C1 may repeat any part of that later, and only the process that sends it can mask it:
   * all others must not repeat C1's own words.
   */
  readonly hasConfig?: boolean;
  /** What the person asked for consent must know first. */
  readonly caution?: string;
  /** For the person who is asked. */
  readonly changes?: readonly Change[];
  /** The same for a dry run, without what its request does not show either. */
  readonly shownChanges?: readonly Change[];
  /** The tenant's titles of what the config consists of, for the page. */
  readonly titles?: Titles;
  /** Explains the ids in the request, for the person who is asked. */
  readonly named?: readonly Named[];
  readonly dryRun: boolean;
  readonly guard: DuplicateGuard<Output>;
  /** What to check before retrying if the outcome remains unknown. */
  readonly ifUnknown: string;
  /** Checks again, when no other call with the guard's key can run, what the plan was based on. Throws if that has changed. */
  recheck?(call: Call): Promise<void>;
  /** Sends the write and builds the result. */
  send(call: Call): Promise<Output>;
  /** Looks once at what came with the write, for the notes of the result. Not called for an object that existed before. */
  after?(output: Output, run: Run): Promise<void>;
  readonly wait?: Wait;
}

interface ToolBase<Input extends z.ZodTypeAny, Output extends z.AnyZodObject> {
  readonly name: string;
  readonly title: string;
  /** The model's manual, at most two sentences: purpose, when not to use it, what to call next. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  readonly roles: Roles;
}

export interface ReadTool<
  Input extends z.ZodTypeAny = z.ZodTypeAny,
  Output extends z.AnyZodObject = z.AnyZodObject,
> extends ToolBase<Input, Output> {
  readonly effect: "read";
  /**
   * Asks C1 for as little as possible, so that doctor can tell whether the credential may use this tool. Resolves to the reason if
   * that cannot be tried in this tenant; rejects with a Failure. Absent where only the call itself can tell.
   */
  probe?(api: C1Api, call: Call): Promise<string | undefined>;
  read(args: z.infer<Input>, run: Run): Promise<z.infer<Output>>;
}

export interface WriteTool<
  Input extends z.ZodTypeAny = z.ZodTypeAny,
  Output extends z.AnyZodObject = z.AnyZodObject,
> extends ToolBase<Input, Output> {
  readonly effect: Exclude<Effect, "read">;
  /** Argument values that must not appear in the result. */
  sensitive?(args: z.infer<Input>): string[];
  /** Resolves references and checks arguments; sends no write. */
  plan(args: z.infer<Input>, run: Run): Promise<WritePlan<z.infer<Output>>>;
  /** Looks for the effect by the result alone, so that any process can; undefined where that names nothing to look at. */
  watch?(
    output: z.infer<Output>,
    since: Since | undefined,
    run: Looking,
  ): Watch<Partial<z.infer<Output>>> | undefined;
  /** The same for the page, which keeps no state of before: looks whether C1 has tried a config that was sent. */
  watchConfig?(output: z.infer<Output>, run: Looking): Watch<Partial<z.infer<Output>>> | undefined;
}

export type Tool = ReadTool | WriteTool;

/** Keeps the argument types of a read tool's handler in step with its schemas. */
export function defineRead<Input extends z.ZodTypeAny, Output extends z.AnyZodObject>(
  tool: Omit<ReadTool<Input, Output>, "effect">,
): ReadTool {
  return { ...tool, effect: "read" };
}

/** Same for a write tool. */
export function defineWrite<Input extends z.ZodTypeAny, Output extends z.AnyZodObject>(
  tool: WriteTool<Input, Output>,
): WriteTool {
  return tool;
}
