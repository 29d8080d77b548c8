import type { AskedField } from "../tools/asked-field.ts";
import type { PagePlan } from "../tools/page-port.ts";
import { type Html, html, type View } from "./layout.ts";
import type { PlainLines } from "./plain-lines.ts";
import { describeAsker, describeExpiry, describeValidity } from "./views.ts";

/** Names of the form's fields. */
export const CODE = "code";
export const SEEN = "seen";
export const DECISION = "decision";
export const nameOfField = (index: number): string => `secret-${index}`;

export const EMPTY_CODE = "It is empty.";
export const WRONG_CODE = "That is not the code that was shown beside the link.";

/** What a person sees when deciding. No secret that they typed is ever shown again. */
export interface FormState extends PlainLines {
  readonly plan: PagePlan;
  /** What will be done, in a few words. */
  readonly title: string;
  readonly fields: readonly AskedField[];
  /** Digest of what they see. */
  readonly seen: string;
  readonly path: string;
  readonly needsCode: boolean;
  /** The code, for who has just typed it. */
  readonly code?: string | undefined;
  /** What is wrong, by form field. */
  readonly errors: ReadonlyMap<string, string>;
  /** A message to show first. */
  readonly notice?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly status: number;
}

export function describeForm(state: FormState): View {
  const { plan, title, plain, exact, seen, path, needsCode, code, errors, notice, now, status } = state;
  const [faulty] = errors.keys();
  const first = faulty ?? (needsCode && code === undefined ? CODE : undefined);
  const fields = state.fields.map((field, index) => showField(field, index, errors, first));
  return {
    status,
    title,
    content: html`${notice === undefined ? undefined : html`<p class="bad" role="alert">${notice}</p>`}
<p>${describeAsker(plan)} If you did not ask it to, say no.</p>
<p class="hint">${describeValidity(plan, now)}</p>
<h2>What will be sent to ConductorOne</h2>
<ul>${listLines(plain)}</ul>
<details>
<summary>The exact request</summary>
<ul>${listLines(exact)}</ul>
</details>
<form method="post" action="${path}" autocomplete="off">
<input type="hidden" name="${SEEN}" value="${seen}">
${needsCode ? showCode(errors.get(CODE), first === CODE, code) : undefined}
${fields}
<div class="row">
<button name="${DECISION}" value="yes">${fields.length > 0 ? "Send" : "Yes, do this"}</button>
<button name="${DECISION}" value="no" class="plain" formnovalidate>No</button>
</div>
</form>
${fields.length > 0 ? html`<p class="hint">What you type goes to ConductorOne alone. It is not stored here, and neither the assistant nor its model sees it.</p>` : undefined}`,
  };
}

/** What a browser sees if the page was opened in another one first. */
export interface TakenState extends Pick<FormState, "plan" | "path" | "now" | "status"> {
  /** Whether it can close the link, with the code. */
  readonly canClose: boolean;
  readonly error?: string | undefined;
}

export function describeTaken({ plan, path, now, status, canClose, error }: TakenState): View {
  const other = canClose
    ? "or close its link here with the code, and ask your assistant for a new one"
    : `or wait until ${describeExpiry(plan)}, and ask your assistant for a new link then`;
  return {
    status,
    title: "This page was opened in another browser",
    content: html`<p>It can be used only where it was opened first. Go on there, ${other}.</p>
<p>If that was not you, somebody else has the link. If you did not set this server up, tell whoever did.</p>
<p class="hint">${describeValidity(plan, now)}</p>
${
  canClose
    ? html`<form method="post" action="${path}" autocomplete="off">
${showCode(error, true)}
<div class="row"><button name="${DECISION}" value="close">Close the link</button></div>
</form>`
    : undefined
}`,
  };
}

function listLines(lines: readonly string[]): readonly Html[] {
  return lines.map((line) => html`<li>${line}</li>`);
}

function showField(
  { label, help, hasLines }: AskedField,
  index: number,
  errors: ReadonlyMap<string, string>,
  first: string | undefined,
): Html {
  const name = nameOfField(index);
  const error = errors.get(name);
  const described = [
    ...(error === undefined ? [] : [`${name}-error`]),
    ...(help === undefined ? [] : [`${name}-hint`]),
  ];
  const attributes = html`id="${name}" name="${name}" required autocomplete="off" spellcheck="false" autocapitalize="none"${state(error, described)}${first === name ? html` autofocus` : undefined}`;
  return html`<label for="${name}">${label}</label>
${help === undefined ? undefined : html`<p class="hint" id="${name}-hint">${help}</p>`}
${error === undefined ? undefined : html`<p class="bad" id="${name}-error">It ${error}.</p>`}
${hasLines ? html`<textarea ${attributes}></textarea>` : html`<input type="password" ${attributes}>`}`;
}

function showCode(error: string | undefined, isFirst: boolean, value?: string): Html {
  const described = ["code-hint", ...(error === undefined ? [] : ["code-error"])];
  return html`<label for="${CODE}">Code</label>
<p class="hint" id="code-hint">The six characters that your assistant showed beside the link.</p>
${error === undefined ? undefined : html`<p class="bad" id="code-error">${error}</p>`}
<input class="code" id="${CODE}" name="${CODE}" required autocomplete="off" spellcheck="false" autocapitalize="characters" maxlength="12"${value === undefined ? undefined : html` value="${value}"`}${state(error, described)}${isFirst ? html` autofocus` : undefined}>`;
}

function state(error: string | undefined, described: readonly string[]): Html {
  return html`${error === undefined ? undefined : html` aria-invalid="true"`}${described.length === 0 ? undefined : html` aria-describedby="${described.join(" ")}"`}`;
}
