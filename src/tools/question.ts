import { Failure } from "../errors.ts";
import type { Question } from "./ask-person.ts";
import type { WritePlan, WriteTool } from "./define.ts";
import { type Known, listTwins } from "./duplicate-guard.ts";
import type { Job } from "./job.ts";
import {
  type Explain,
  type Explained,
  explainWith,
  formatChange,
  formatLine,
  listBody,
  type QuestionLine,
} from "./question-lines.ts";
import { quote } from "./quote.ts";
import { showIdentity } from "./show-identity.ts";

/** People agree to anything longer without reading it. */
const MAX_LINES = 40;
const MAX_CHARACTERS = 4_000;

const ASKING = "Send this change to ConductorOne?";

/**
 * What a person is asked about a plan, and what their consent is bound to. The lines are generated from the request itself, so
 * that nothing is sent that was not shown; a request too long to be read is refused.
 * @param unchecked what could not be looked up on the way.
 * @returns also its lines, for the page, which asks with its buttons.
 */
export function questionFor(
  tool: WriteTool,
  plan: WritePlan<unknown>,
  known: Known,
  job: Job,
  unchecked: readonly string[],
): Question & { readonly lines: readonly QuestionLine[] } {
  const { request, guard, named = [] } = plan;
  const twins = listTwins(known);
  const explain = explainWith([...twins, ...named], job.deps.redactor.redact);
  const caution: QuestionLine[] =
    plan.caution === undefined ? [] : [{ kind: "sentence", text: plan.caution }];
  const details: QuestionLine[] = [
    fact("tenant", quote(job.deps.tenant)),
    ...(job.api.credential === undefined ? [] : [fact("with the credential", quote(job.api.credential))]),
    fact("tool", quote(tool.name)),
    fact("request", quote(`${request.method} ${request.path}`)),
    ...listCaller(job),
    ...listPath(plan, explain),
    ...listBody(plan.askedBody ?? request.body, explain),
    ...(plan.changes ?? []).map((change) => ({ kind: "change" as const, ...change })),
    ...(isChoice(guard.ifExists) ? [fact("ifExists", quote(guard.ifExists))] : []),
    ...twins.map(({ id }) => fact("exists already", quote(id), explain(id))),
    ...(known.recent.unclear
      ? [fact("may exist already", "an earlier call for the same had no known outcome")]
      : []),
    ...[...new Set(unchecked)].map((note) => fact("not checked", quote(note))),
  ];
  const texts = [...caution.map(formatLine), ASKING, ...details.map(formatLine)];
  const message = texts.join("\n");
  if (texts.length > MAX_LINES || message.length > MAX_CHARACTERS)
    throw tooLong(texts.length, message.length);
  return { message, binding: bindingOf(tool, plan, known, job), lines: [...caution, ...details] };
}

function fact(name: string, value: string, explained?: Explained): QuestionLine {
  return { kind: "fact", name, value, explained };
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
  { request: { method, path, body }, boundBody, guard, caution, changes = [] }: WritePlan<unknown>,
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
    caution,
    changes.map(formatChange),
  ]);
}

/** Who wants it done, if that is verified: a person who did not ask for it should decline. */
function listCaller({ context, deps }: Job): QuestionLine[] {
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
  return [fact("asked for by", `${quote(context.principal)} (${parts.join(", ")})`)];
}

/** Whether this way of handling an existing object is one that callers choose. */
function isChoice(ifExists: WritePlan<unknown>["guard"]["ifExists"]): boolean {
  return ifExists !== "done" && ifExists !== "repeat";
}

/** The ids in the path, under the names of the tool's arguments. */
function listPath({ request, targets }: WritePlan<unknown>, explain: Explain): QuestionLine[] {
  const segments = request.path.split("/").map(decodeURIComponent);
  return Object.entries(targets).flatMap(([key, value]) =>
    typeof value === "string" && segments.includes(value) ? [fact(key, quote(value), explain(value))] : [],
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
