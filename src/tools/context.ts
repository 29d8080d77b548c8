import type { Caller } from "../caller.ts";
import type { Consent, Question } from "./ask-person.ts";
import type { Deferral } from "./deferral.ts";
import type { Visits } from "./visits.ts";

/** What a handler may know about the caller, whatever the protocol era and transport. */
export interface ToolContext {
  /** Aborted if the caller cancels or disconnects. */
  readonly signal: AbortSignal;
  /** The caller's name for the audit record: "local" over stdio, else what the HTTP front established. */
  readonly principal: string;
  /** The verified caller behind that name; absent over stdio and without authentication. */
  readonly caller?: Caller | undefined;
  /** Name and version that the client claims for itself. */
  readonly client?: string | undefined;
  /** Reports progress to a caller who asked for it; `progress` must increase. */
  progress(update: { progress: number; total?: number; message?: string }): void;
  /** Asks the person behind the client. */
  ask(question: Question): Promise<Consent>;
  /** Absent if the client cannot show a link. */
  readonly visits?: Visits | undefined;
  /** Absent where the caller waits within the call. */
  readonly deferral?: Deferral | undefined;
}
