import { Failure } from "../errors.ts";
import type { Question, WritePlan, WriteTool } from "./define.ts";
import { type Known, listTwins } from "./duplicate-guard.ts";
import type { Job } from "./job.ts";
import { type Explain, explainWith, listBody } from "./question-lines.ts";
import { quote } from "./quote.ts";
import { showIdentity } from "./show-identity.ts";

/** People agree to anything longer without reading it. */
const MAX_LINES = 40;
const MAX_CHARACTERS = 4_000;

/**
 * What a person is asked about a plan, and what their consent is bound to. The lines are generated from the request itself, so
 * that nothing is sent that was not shown; a request too long to be read is refused.
 * @param unchecked what could not be looked up on the way.
 */
export function questionFor(
  tool: WriteTool,
  plan: WritePlan<unknown>,
  known: Known,
  job: Job,
  unchecked: readonly string[],
): Question {
  const { request, guard, named = [] } = plan;
  const twins = listTwins(known);
  const explain = explainWith([...twins, ...named], job.deps.redactor.redact);
  const lines = [
    ...(plan.caution === undefined ? [] : [plan.caution]),
    "Send this change to ConductorOne?",
    `tenant: ${quote(job.deps.tenant)}`,
    ...(job.api.credential === undefined ? [] : [`with the credential: ${quote(job.api.credential)}`]),
    `tool: ${quote(tool.name)}`,
    `request: ${quote(`${request.method} ${request.path}`)}`,
    ...listCaller(job),
    ...listPath(plan, explain),
    ...listBody(plan.askedBody ?? request.body, explain),
    ...(plan.changes ?? []).map((change) => `change: ${change}`),
    ...(isChoice(guard.ifExists) ? [`ifExists: ${quote(guard.ifExists)}`] : []),
    ...twins.map(({ id }) => `exists already: ${quote(id)}${explain(id)}`),
    ...(known.recent.unclear ? ["may exist already: an earlier call for the same had no known outcome"] : []),
    ...[...new Set(unchecked)].map((note) => `not checked: ${quote(note)}`),
  ];
  const message = lines.join("\n");
  if (lines.length > MAX_LINES || message.length > MAX_CHARACTERS)
    throw tooLong(lines.length, message.length);
  return { message, binding: bindingOf(tool, plan, known, job) };
}

/** Throws unless the plan is still what the person was shown, including existing objects in the tenant. */
export function requireUnchanged(
  binding: string,
  tool: WriteTool,
  plan: WritePlan<unknown>,
  known: Known,
  job: Job,
): void {
  if (bindingOf(tool, plan, known, job) === binding) return;
  throw new Failure("declined", "While the person decided, what they agreed to has changed.", {
    next: "Call again to be asked anew.",
  });
}

/** Everything that determines what is sent, and whether. It contains secrets, so only a keyed digest of it may leave the process. */
function bindingOf(
  tool: WriteTool,
  { request: { method, path, body }, boundBody, guard, changes = [] }: WritePlan<unknown>,
  known: Known,
  { deps, context, api }: Job,
): string {
  const twins = listTwins(known)
    .map(({ id }) => id)
    .sort();
  const { unclear } = known.recent;
  return JSON.stringify([
    deps.tenant,
    context.principal,
    api.credential,
    tool.name,
    method,
    path,
    boundBody ?? body,
    guard.ifExists,
    twins,
    unclear,
    changes,
  ]);
}

/** Who wants it done, if that is verified: a person who did not ask for it should decline. */
function listCaller({ context, deps }: Job): string[] {
  const identity = showIdentity(context.caller?.identity);
  if (identity === undefined) return [];
  const show = (value: string | undefined) => value !== undefined && quote(deps.redactor.redact(value));
  const parts = [
    ["issuer", show(identity.issuer)],
    ["subject", show(identity.subject)],
    ["e-mail", show(identity.email)],
    ["client", show(identity.clientId)],
    ["logged in", show(identity.authTime)],
  ].flatMap(([name, value]) => (value === false ? [] : [`${name} ${value}`]));
  return [`asked for by: ${quote(context.principal)} (${parts.join(", ")})`];
}

/** Whether this way of handling an existing object is one that callers choose. */
function isChoice(ifExists: WritePlan<unknown>["guard"]["ifExists"]): boolean {
  return ifExists !== "done" && ifExists !== "repeat";
}

/** The ids in the path, under the names of the tool's arguments. */
function listPath({ request, targets }: WritePlan<unknown>, explain: Explain): string[] {
  const segments = request.path.split("/").map(decodeURIComponent);
  return Object.entries(targets).flatMap(([key, value]) =>
    typeof value === "string" && segments.includes(value) ? [`${key}: ${quote(value)}${explain(value)}`] : [],
  );
}

function tooLong(lines: number, characters: number): Failure {
  return new Failure(
    "declined",
    `A person must agree to this write, and it is too long to be read: ${lines} lines and ${characters} characters, where ${MAX_LINES} and ${MAX_CHARACTERS} are the most.`,
    {
      next: "Create the app or connector with less first; add the rest in the C1 console or with other calls.",
    },
  );
}
