import type { z } from "zod/v3";
import type { C1Api, Call, JsonObject, PreparedWrite } from "../c1/port.ts";
import type { Caller } from "../caller.ts";
import type { Clock } from "../clock.ts";
import type { AskedField, PageAccess } from "./asked-field.ts";
import type { Reading } from "./read-all.ts";
import type { Roles } from "./roles.ts";
import type { Kept, Visits } from "./visits.ts";

/** What a tool does to the tenant. Everything clients are told about its safety derives from this one word. */
export type Effect = "read" | "create" | "add" | "replace";

/** Outcome of a consent prompt. Everything but "accepted" means no, each for a reason of its own. */
export type Consent =
  | "accepted"
  | "declined"
  | "dismissed"
  | "unavailable"
  | "failed"
  | "expired"
  | "mismatched"
  | "replayed";

/** Something a person must agree to before it is done. */
export interface Question {
  /** Names the tenant, the tool and every value that will be sent. */
  readonly message: string;
  /** All that the consent covers. Consent to one binding never counts for another. */
  readonly binding: string;
}

/**
 * Thrown by `ask` where the protocol has no way to wait for an answer: the adapter hands the question to the client, which
 * calls again with it. Nothing with a side effect may come before `ask`.
 */
export class AskAgain extends Error {
  readonly question: Question;
  /** Present where the client is to show a link, and not a form. */
  readonly visit: { readonly url: string; readonly kept: Kept } | undefined;

  constructor(question: Question, visit?: AskAgain["visit"]) {
    super("the client must ask a person and call again");
    this.question = question;
    this.visit = visit;
  }
}

/** What a handler may know of the caller, whichever protocol era and transport it came over. */
export interface ToolContext {
  /** Aborted when the caller cancels or goes away. */
  readonly signal: AbortSignal;
  /** Who calls, for the audit record: "local" over stdio, else what the HTTP front found out. */
  readonly principal: string;
  /** The verified caller behind that name; absent over stdio and where nobody is asked who they are. */
  readonly caller?: Caller | undefined;
  /** Name and version the client gave itself. */
  readonly client?: string | undefined;
  /** Tells a caller who asked for it how far the work is; `progress` must grow. */
  progress(update: { progress: number; total?: number; message?: string }): void;
  /** Asks the person behind the client. */
  ask(question: Question): Promise<Consent>;
  /** Absent where the client cannot show a link. */
  readonly visits?: Visits | undefined;
}

/** The secrets that arguments may refer to by name. */
export interface Secrets {
  /** Whether a secret may also be written out in the arguments. */
  readonly inline: boolean;
  /** Rejects with a Failure that holds names only. */
  read(name: string): Promise<string>;
  /** Names of the configured secrets. */
  names(): Promise<string[]>;
}

/** One run of a tool: the API, its limits, and what could not be looked up on the way. */
export interface Run {
  readonly api: C1Api;
  readonly call: Call;
  readonly tenant: string;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** As in the context. */
  readonly caller?: Caller | undefined;
  /** Absent: there is no page. */
  readonly page?: PageAccess;
  /** Whether nothing is written: then the one match in a part of a list will do, with a note. */
  readonly isRead?: boolean;
  /** Notes, in plain words, on look-ups that C1 refused; the result lists them. */
  readonly unchecked: string[];
  /** Arguments with an id that C1 shows nothing for. It may be right all the same: not everything is shown to everybody. */
  readonly absent: string[];
}

/** Something that has an id, with what tells a person which thing it is. */
export interface Named {
  readonly id: string;
  /** As the tenant has it; absent where it could not be read. */
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  /** A remark of ours. */
  readonly note?: string | undefined;
}

/** An object that already exists in the tenant. */
export interface Existing extends Named {
  /** With its id, for a list of candidates. */
  readonly label: string;
  readonly createdAt?: string;
}

/** What keeps a write from being done twice. */
export interface DuplicateGuard<Output, Found extends Existing = Existing> {
  /** One intended write has one key; calls with the same key run one after another. */
  readonly key: string;
  /** What is looked for, in words, for the note when C1 refuses the look-up: "apps of that name". */
  readonly what: string;
  /** The start of a sentence: `An app named "Acme CRM" exists already`. */
  readonly existsAlready: string;
  /**
   * What to do if it exists. "done": nothing, the request is already fulfilled. "repeat": send it anyway, because doing it
   * twice does no harm; nothing is looked for first, and what is found afterwards proves that it was done.
   */
  readonly ifExists: "fail" | "reuse" | "create" | "done" | "repeat";
  /** What a repeatable write leaves another than before, where C1 shows such a thing: the time of a config. */
  readonly stamp?: string | undefined;
  /** Whether it was done since C1 showed that stamp. */
  isDoneSince?(stamp: string | undefined): boolean;
  /** Live objects that are what this write would make. */
  find(call: Call): Promise<Reading<Found>>;
  /**
   * Whether everything that C1 shows of an object matches what this write sends. Left out where every object found
   * matches, because it was looked up by its key.
   */
  isSent?(found: Found): boolean;
  /** Id of the object that was created, where creating it twice would do harm. */
  idOf?(output: Output): string | undefined;
  /** The result when nothing needs to be sent, or when the outcome of a lost answer was established. */
  describe(found: Found, how: "existing" | "recovered"): Output;
}

/** A write that has been decided on but not sent. Making a plan has no side effect. */
export interface WritePlan<Output> {
  /** Ids and names of what will be touched, for the audit record. Never a value that could be secret. */
  readonly targets: Readonly<Record<string, string | readonly string[]>>;
  /** What will be done, for the summary of a dry run: 'Create app "Acme CRM"'. */
  readonly intent: string;
  /** Exactly what will be sent. */
  readonly request: PreparedWrite<unknown>["request"];
  /** The body as it may be shown, where parts of it may not. */
  readonly shownBody?: JsonObject;
  /** The body for the person who is asked, where it holds secrets: complete but for those. */
  readonly askedBody?: JsonObject;
  /** Secrets that a person is still to type. A plan that has any is never sent. */
  readonly asked?: readonly AskedField[];
  /** The body that a consent is bound to, where it is given before the secrets are typed: it has none of those. */
  readonly boundBody?: JsonObject;
  /** Whether the arguments hold secrets themselves, so that they must not be put into a link. */
  readonly holdsSecrets?: boolean;
  /** What the person asked for consent must know first. */
  readonly caution?: string;
  /** Old and new values, field by field, for the person who is asked and for a dry run. */
  readonly changes?: readonly string[];
  /** What the request holds by id, for the person who is asked. */
  readonly named?: readonly Named[];
  readonly dryRun: boolean;
  readonly guard: DuplicateGuard<Output>;
  /** What to check before trying again if the outcome stays unknown. */
  readonly ifUnknown: string;
  /** Sends the write and shapes the result. */
  send(call: Call): Promise<Output>;
  /** Waits until the effect is visible, if the caller asked for that; adds to the result. */
  wait?(output: Output, run: Run, context: ToolContext): Promise<Partial<Output>>;
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
}

export type Tool = ReadTool | WriteTool;

/** Keeps the argument types of a read tool's handler in step with its schemas. */
export function defineRead<Input extends z.ZodTypeAny, Output extends z.AnyZodObject>(
  tool: Omit<ReadTool<Input, Output>, "effect">,
): ReadTool {
  return { ...tool, effect: "read" };
}

/** The same for a tool that writes. */
export function defineWrite<Input extends z.ZodTypeAny, Output extends z.AnyZodObject>(
  tool: WriteTool<Input, Output>,
): WriteTool {
  return tool;
}

export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/**
 * All four hints, because clients assume the worst of one that is missing. Nothing here deletes; only a config
 * is replaced; adding an owner twice has the effect of adding it once; every call reaches the same closed system.
 */
export function annotationsOf(effect: Effect): Annotations {
  return {
    readOnlyHint: effect === "read",
    destructiveHint: effect === "replace",
    idempotentHint: effect !== "create",
    openWorldHint: false,
  };
}
