import type { Answer, C1Api, Call } from "../c1/port.ts";
import type { Caller } from "../caller.ts";
import type { Clock } from "../clock.ts";
import type { Failure } from "../errors.ts";
import type { Attempt, Audit, AuditRecord } from "../log/audit.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Shared } from "../replicas/port.ts";
import type { PageAccess } from "./asked-field.ts";
import type { ToolContext } from "./context.ts";
import type { LazyPage, PageEntry } from "./page-port.ts";
import type { Switches } from "./switches.ts";

/*
 * The types of a call. `ToolDeps` lasts as long as the process; a `ToolContext` is what the protocol knows of one call, in a file
 * of its own because the page's interface has it, too. A `Job` joins both with the checked arguments. Its `AuditDraft` begins
 * earlier, because a call with wrong arguments is recorded as well. A tool sees only a `Run`, which gives no way to the audit log
 * or to other calls; a job begins a second one if a person took their time.
 */

/** What all tools share. */
export interface ToolDeps {
  /** The tenant's name as people know it, or a placeholder while it is not configured. */
  readonly tenant: string;
  /** Why no tool can run, naming every missing setting. Takes precedence over every other failure. */
  readonly notConfigured?: Failure | undefined;
  /** The client for a caller, created on first use. Rejects with a Failure if no credential is meant for them. */
  readonly connect: (caller: Caller | undefined) => Promise<C1Api>;
  readonly switches: Switches;
  readonly audit: Audit;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Where a person types or agrees outside the client; absent if there is no page. */
  readonly page?: LazyPage | undefined;
  /** Shared by all calls of the process. */
  readonly shared: Shared;
  /** Whether other processes, such as replicas, may get the same writes at the same moment. */
  readonly hasReplicas?: boolean;
  /** Aborted when the process is about to end; unclear outcomes then stay unclear. */
  readonly stopping: AbortSignal;
  /** Total time that the C1 calls of one tool call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** The secrets that arguments may refer to by name. */
export interface Secrets {
  /** Whether arguments may also contain literal secrets. */
  readonly inline: boolean;
  /** Rejects with a Failure that contains names only. */
  read(name: string): Promise<string>;
  /** Names of the configured secrets. */
  names(): Promise<string[]>;
}

/** One call of a tool. */
export interface Job {
  readonly deps: ToolDeps;
  readonly context: ToolContext;
  /** As parsed by the tool's schema. */
  readonly args: unknown;
  /** Notes on arguments that were read as another type than they were sent as; the result lists them. */
  readonly notes: readonly string[];
  readonly api: C1Api;
  readonly draft: AuditDraft;
  /** Masks secrets and the sensitive arguments of this call in foreign text. */
  mask(text: string): string;
  /** What a person submitted; present only in a run that the page started. */
  readonly entry?: PageEntry | undefined;
}

/** What the audit records of a call will say, as far as that is known. */
export interface AuditDraft {
  /** Once a call belongs to an elicitation, it has the elicitation's id. */
  attempt: Attempt;
  readonly dryRun: boolean;
  /** The last response of C1; once the write was sent, the response to that. */
  answer?: Answer;
  targets?: AuditRecord["targets"];
  consent?: AuditRecord["consent"];
  /** Id of the object that the write created. */
  made?: string;
  /** Set as soon as the write may have left. */
  sent?: true;
  /** Set if another run writes the record, as for a page that was submitted twice. */
  isSecond?: true;
}

/** One run of a tool, as the tool sees it: the API, its limits, and what could not be looked up on the way. */
export interface Run {
  readonly api: C1Api;
  readonly call: Call;
  readonly tenant: string;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** Same as in the context. */
  readonly caller?: Caller | undefined;
  /** The setting by which the operator has switched off a tool that writes; undefined if it is offered. */
  offBy(writeTool: string): string | undefined;
  /** Whether a person must agree to each call of a tool that writes. */
  needsConsent(writeTool: string): boolean;
  /** Absent if there is no page. */
  readonly page?: PageAccess;
  /** Whether nothing is written: then a single match in an incomplete list suffices, with a note. */
  readonly isRead?: boolean;
  /**
   * Whether the write may have been done already, by a page in another process: then nothing that C1 shows is a reason to refuse
   * it, and nothing is sent.
   */
  readonly mayBeDone?: boolean;
  /** Notes, in plain words, on look-ups that C1 refused; the result lists them. */
  readonly unchecked: string[];
  /** Arguments whose id C1 shows nothing for. It may still be right, because not everything is visible to everybody. */
  readonly absent: string[];
}

/**
 * The response to a call: the structured result and its text form, or the text of a failure. A type alias and not an interface,
 * because the SDKs require an object with an index signature, which only an alias satisfies.
 */
export type ToolResult = {
  readonly content: [{ readonly type: "text"; readonly text: string }];
  readonly structuredContent?: { readonly [key: string]: unknown };
  readonly isError?: true;
};
