import { readSteady } from "../clock.ts";
import { Failure, type FailureCode, formatFailure } from "../errors.ts";
import type { AuditRecord } from "../log/audit.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { callEnded } from "../log/signals.ts";
import { AskAgain } from "./ask-person.ts";
import { sayWhereToCorrect } from "./blame-credential.ts";
import type { ToolContext } from "./context.ts";
import type { Tool } from "./define.ts";
import type { AuditDraft, Job, ToolDeps, ToolResult } from "./job.ts";
import { LeftAtPage } from "./leave-at-page.ts";
import type { ToolSource } from "./listing.ts";
import { createMask } from "./mask.ts";
import { performOnPage } from "./on-page.ts";
import type { PageEnd, PageEntry } from "./page-port.ts";
import { parseFor } from "./parse-for.ts";
import { performTool } from "./perform.ts";
import type { Output } from "./performed.ts";
import { allowsWrite } from "./scopes.ts";
import { showIdentity } from "./show-identity.ts";
import { blockedBy, blockedFailure, unscopedFailure } from "./switches.ts";

/** Runs one of the listed tools. */
export async function runListed(
  source: ToolSource,
  name: string,
  args: unknown,
  context: ToolContext,
  deps: ToolDeps,
): Promise<ToolResult> {
  const tool = (await source.load()).find((candidate) => candidate.name === name);
  if (!tool) throw new Error(`${name} is listed but not there`);
  return runTool(tool, args, context, deps);
}

/**
 * The only way in which a tool runs. Handlers neither catch nor log; whatever they throw ends here and becomes a result that says
 * what happened, whether anything changed, and what to do next. Rejects with `AskAgain` and `Deferred` only.
 */
export async function runTool(
  tool: Tool,
  args: unknown,
  context: ToolContext,
  deps: ToolDeps,
): Promise<ToolResult> {
  const end = await runToEnd(tool, args, context, deps);
  if ("failure" in end && end.failure instanceof LeftAtPage) throw end.failure.deferred;
  if ("performed" in end && end.performed.deferred) throw end.performed.deferred;
  return describeEnd(end, context, deps.redactor);
}

export function describeEnd(
  end: PageEnd,
  { principal }: Pick<ToolContext, "principal">,
  redactor: Redactor,
): ToolResult {
  if ("performed" in end) return toResult(end.performed.output, redactor);
  const { failure, credential } = end;
  // On a server with several, the message names the one that served the call.
  const told = credential === undefined ? sayWhereToCorrect(failure, principal === "local") : failure;
  const text = redactor.redactValue(explain(told, credential));
  return { content: [{ type: "text", text }], isError: true };
}

export function toResult(output: Output, redactor: Redactor): ToolResult {
  const structured = redactor.redactValue(output);
  return { content: [{ type: "text", text: JSON.stringify(structured) }], structuredContent: structured };
}

/**
 * Runs a tool and returns its outcome, not yet as a result.
 * @param visit for a run that the page started: the id of the write, and what the person submitted.
 */
export async function runToEnd(
  tool: Tool,
  args: unknown,
  context: ToolContext,
  deps: ToolDeps,
  visit?: { readonly id: string; readonly entry: PageEntry },
): Promise<PageEnd> {
  const started = readSteady(deps.clock);
  const identity = showIdentity(context.caller?.identity);
  const origin = {
    tool: tool.name,
    tenant: deps.tenant,
    principal: context.principal,
    ...(identity && { caller: identity }),
    ...(context.client !== undefined && { client: context.client }),
  };
  const write = visit?.id ?? crypto.randomUUID();
  const draft: AuditDraft = { attempt: { write, ...origin }, dryRun: isDryRun(args) };
  try {
    const job = await startJob(tool, args, { context, deps, draft, entry: visit?.entry });
    const performed = await (visit && tool.effect !== "read"
      ? performOnPage(tool, job, visit.entry)
      : performTool(tool, job));
    record({ outcome: "ok", changed: performed.changed });
    return { performed };
  } catch (error) {
    // Only a round has ended, not the call: the client calls again with the answer.
    if (error instanceof AskAgain) throw error;
    const failure = toFailure(error, tool, context.signal, draft, deps.logger);
    record({ outcome: failure.code, changed: failure.changed }, failure);
    const { credential } = draft.attempt;
    return { failure, ...(credential !== undefined && { credential }) };
  }

  function record(end: { outcome: string; changed: "yes" | "no" | "maybe" }, failure?: Failure): void {
    const answer = answerOf(tool, draft);
    const status = failure?.status ?? answer?.status;
    const requestId = failure?.requestId ?? answer?.requestId;
    const durationMs = Math.round(readSteady(deps.clock) - started);
    const { credential } = draft.attempt;
    const servedBy = credential !== undefined && { credential };
    callEnded.tell({ tool: tool.name, outcome: end.outcome, ms: durationMs, ...servedBy });
    const common = {
      outcome: end.outcome,
      ...(status !== undefined && { status }),
      ...(requestId !== undefined && { requestId }),
      durationMs,
    };
    if (draft.isSecond) return;
    if (tool.effect === "read") {
      const level = failure && NO_ACCESS.has(failure.code) ? "warn" : "debug";
      deps.logger[level]({ ...origin, ...servedBy, ...common }, "read");
    } else {
      deps.audit.write({
        ...draft.attempt,
        ...common,
        changed: end.changed,
        dryRun: draft.dryRun,
        ...objectsOf(draft),
      });
    }
  }
}

/** The response that the outcome is about: for a write that was not sent, none, because look-ups have responses as well. */
function answerOf({ effect }: Tool, { answer, sent }: AuditDraft): AuditDraft["answer"] {
  return effect === "read" || sent ? answer : undefined;
}

/** What the audit record says the write was about, and where a person agreed to it. */
function objectsOf({
  targets,
  consent,
  made,
}: AuditDraft): Pick<AuditRecord, "targets" | "consent" | "made"> {
  return { ...(targets && { targets }), ...(consent && { consent }), ...(made !== undefined && { made }) };
}

/** Whether the call may run at all, and with which arguments. */
export async function startJob(
  tool: Tool,
  rawArgs: unknown,
  job: Omit<Job, "args" | "notes" | "api" | "mask">,
): Promise<Job> {
  const { deps } = job;
  if (deps.notConfigured) throw deps.notConfigured;
  const setting = blockedBy(tool.name, tool.effect !== "read", deps.switches);
  if (setting !== undefined) throw blockedFailure(tool.name, setting);
  const scopes = job.context.caller?.scopes;
  if (tool.effect !== "read" && scopes && !allowsWrite(scopes, tool.name)) throw unscopedFailure(tool.name);
  const { args, notes } = await parseFor(tool, rawArgs, deps);
  const sensitive = tool.effect === "read" ? [] : (tool.sensitive?.(args) ?? []);
  const mask = createMask([...sensitive, ...(job.entry?.typed.values() ?? [])], deps.redactor);
  const api = await deps.connect(job.context.caller);
  if (api.credential !== undefined) job.draft.attempt = { ...job.draft.attempt, credential: api.credential };
  return { ...job, args, notes, api, mask };
}

/** Judged by the raw arguments, because a dry run with invalid arguments is still a dry run. */
function isDryRun(args: unknown): boolean {
  return (
    typeof args === "object" &&
    args !== null &&
    "dryRun" in args &&
    (args.dryRun === true || args.dryRun === "true")
  );
}

/** Failures that are caused by the set-up and not by the call. */
const OF_SET_UP: ReadonlySet<FailureCode> = new Set([
  "not_configured",
  "not_authenticated",
  "forbidden",
  "unavailable",
]);

/** Those of them whose messages may not tell the cause. */
const FOR_DOCTOR: ReadonlySet<FailureCode> = new Set(["not_authenticated", "forbidden"]);

/** Failures that all calls meet until somebody mends them, and that a log must show without being asked to. */
const NO_ACCESS: ReadonlySet<FailureCode> = new Set(["not_configured", "not_authenticated", "unavailable"]);

/**
 * Does not name the command that a person should run: the server cannot know how it is started (node, npx, a bundle, a
 * container), and the model does not need to.
 * @param credential the one that served the call, on a server with several.
 */
function explain(failure: Failure, credential: string | undefined): string {
  const text = formatFailure(failure);
  if (!OF_SET_UP.has(failure.code)) return text;
  const servedBy = credential === undefined ? "" : ` The call was made with the credential ${credential}.`;
  const isClear = failure.reason !== undefined || !FOR_DOCTOR.has(failure.code);
  const pointer = isClear ? "" : " The server's `doctor` command names the cause.";
  return `${text}${servedBy}${pointer}`;
}

function toFailure(
  error: unknown,
  tool: Tool,
  signal: AbortSignal,
  draft: AuditDraft,
  logger: Logger,
): Failure {
  if (error instanceof Failure) return error;
  if (signal.aborted && error === signal.reason) return new Failure("cancelled", "The call was cancelled.");
  logger.error({ err: error, tool: tool.name }, "unexpected error in a tool");
  return new Failure("internal", "The server met an error of its own; its log has the details.", {
    changed: draft.sent ? "maybe" : "no",
  });
}
