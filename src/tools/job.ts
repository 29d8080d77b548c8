import type { Answer, C1Api } from "../c1/port.ts";
import type { Caller } from "../caller.ts";
import type { Clock } from "../clock.ts";
import type { Failure } from "../errors.ts";
import type { Attempt, Audit } from "../log/audit.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Shared } from "../replicas/port.ts";
import type { Secrets, ToolContext, WritePlan } from "./define.ts";
import type { PageDoor, PageEntry } from "./page-port.ts";
import type { Switches } from "./switches.ts";

/** What all tools share. */
export interface ToolDeps {
  /** Name of the tenant as people know it, or what stands in for it while it is not configured. */
  readonly tenant: string;
  /** Why no tool can run, naming every missing setting. Takes precedence over every other failure. */
  readonly notConfigured?: Failure | undefined;
  /** The client for a caller, made on first use. Rejects with a Failure where no credential is meant for them. */
  readonly connect: (caller: Caller | undefined) => Promise<C1Api>;
  readonly switches: Switches;
  readonly audit: Audit;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Where a person types or agrees outside the client; absent where there is no such place. */
  readonly page?: PageDoor | undefined;
  /** One for all calls of the process. */
  readonly shared: Shared;
  /** Whether other processes may be given the same writes at the same moment, as replicas are. */
  readonly hasReplicas?: boolean;
  /** Aborted when the process is about to end; outcomes that are unclear then stay unclear. */
  readonly stopping: AbortSignal;
  /** Longest time the calls to C1 behind one tool call may take together, in milliseconds. */
  readonly timeoutMs: number;
}

/** One call of a tool: what it was given, and what became of it. Tools see a part of it as their `Run`. */
export interface Job {
  readonly deps: ToolDeps;
  readonly context: ToolContext;
  /** As parsed by the tool's schema. */
  readonly args: unknown;
  /** On arguments that were read as another type than they came in; the result lists them. */
  readonly notes: readonly string[];
  readonly api: C1Api;
  readonly trace: Trace;
  /** Takes secrets and the sensitive arguments of this call out of what others wrote. */
  mask(text: string): string;
  /** What a person sent; only in a run that the page started. */
  readonly entry?: PageEntry | undefined;
}

/** Collected for the audit records, including those of a call that ends early. */
export interface Trace {
  /** Its id is that of the asking once a call is part of one. */
  attempt: Attempt;
  readonly dryRun: boolean;
  /** The last answer of C1; once the write was sent, the answer to that. */
  answer?: Answer;
  targets?: WritePlan<unknown>["targets"];
  /** Set as soon as the write may have left. */
  sent?: true;
  /** Set where another run has the record: of a page that was sent twice. */
  isSecond?: true;
}

/**
 * What comes back from a call: the structured result and its text twin, or the text of a failure. Not an interface: the SDKs
 * ask for an object with any further keys, which only a type alias fits.
 */
export type ToolResult = {
  readonly content: [{ readonly type: "text"; readonly text: string }];
  readonly structuredContent?: { readonly [key: string]: unknown };
  readonly isError?: true;
};
