import { cleanText } from "../text.ts";
import type { PagePlan } from "../tools/page-port.ts";
import type { Performed } from "../tools/performed.ts";
import { html, type View } from "./layout.ts";

/** Final pages without a form: one sentence that says what happened, and what to do. */
export const VIEWS = {
  unknown: say(
    404,
    "There is no such page",
    "Its link is not complete, or was altered. Copy the whole link.",
  ),
  expired: say(
    410,
    "This page has expired",
    "If you sent it, your assistant can tell what came of it. If not, nothing was done: ask for a new link.",
  ),
  /** Of the form that has just arrived this is certain in every process, but not that none arrived before. */
  tooLate: say(
    410,
    "This page has expired",
    "This form arrived after that, so nothing in it was sent: ask your assistant for a new link. If you had sent it before, your assistant can tell what came of that.",
  ),
  notHere: say(
    403,
    "This page was not opened in this browser",
    "Nothing was sent. The form can be sent only from the browser in which the link was opened first, and that browser must keep cookies.",
  ),
  strange: say(403, "This request was not accepted", "Open the link by itself in a browser of your own."),
  notOurs: say(
    403,
    "This was not sent by the page",
    "This request was refused and changed nothing. Open the link in a current browser and send the form from there.",
  ),
  tooLarge: say(
    413,
    "That is too large",
    "This form was refused and changed nothing. A secret has a few thousand characters at most.",
  ),
  tooMany: say(
    429,
    "Too many requests",
    "This request was refused and changed nothing; what was sent before is not affected. Wait a minute and open the link again.",
  ),
  used: say(
    410,
    "This page was used already",
    "It works once. What came of it, your assistant can find out; in C1 you see it too.",
  ),
  elsewhere: say(
    410,
    "This page is not served here",
    "It works only in the process of the server that gave its link: that is another one, or has ended. Open it once more. If you see this again, ask your assistant: what came of the page if you sent it, and for a new link if not.",
  ),
  withdrawn: say(410, "This page is no longer needed", "Nothing was done. You may close it."),
  saidNo: say(200, "You said no", "Nothing was done. You may close this page and go back to your assistant."),
  closed: say(200, "The link is closed", "Nothing was sent. Ask your assistant for a new link."),
  wrongCodes: say(
    403,
    "The code was wrong too often",
    "Nothing was done. Ask your assistant for a new link.",
  ),
  otherPerson: say(
    403,
    "You are not logged in as the person who asked",
    "This request was refused and changed nothing. Only the person whose assistant asks may use this page.",
  ),
  /** Everything else that can fail is part of a look or a write, and told there. */
  noStore: say(
    503,
    "This cannot be done now",
    "The store that the server's replicas share cannot be used now. This request changed nothing; what was sent before is not affected. Open the link again in a minute.",
  ),
  failed: say(
    500,
    "The server met an error of its own",
    "Its log has the details. Nothing more is known here.",
  ),
} as const;

function say(status: number, title: string, text: string): View {
  return { status, title, content: html`<p>${text}</p>` };
}

/** The outcome of the write, in the tool's words. */
export function describeNotice(title: string, text: string, status: number): View {
  const paragraphs = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => html`<p>${cleanText(line, 2_000)}</p>`);
  return { status, title, content: html`${paragraphs}` };
}

/** The outcome of a write that was done, as far as there is more to it than that. */
export function describeOutcome({ output, changed }: Performed, show: (text: string) => string): View {
  const { summary, connection, lastError } = output;
  const title = changed === "yes" ? (OUTCOMES.get(connection) ?? "Done") : "There was nothing to do";
  const reason = lastError === undefined ? "" : `\n${show(String(lastError))}`;
  const end = connection === "failed" ? CORRECT : GO_BACK;
  return describeNotice(title, `${show(String(summary))}${reason}\n${end}`, 200);
}

const OUTCOMES: ReadonlyMap<unknown, string> = new Map([
  ["connected", "Connected"],
  ["failed", "Sent, but C1 could not connect"],
]);

/** What follows on a page that waits for C1 to try what was sent. */
export type ConfigTrial =
  | { readonly state: "looking"; readonly path: string; readonly seconds: number; readonly stop: string }
  | { readonly state: "still"; readonly path: string }
  | { readonly state: "over" };

/** Shown until C1 has tried what was sent; reloads itself, but only as long as that is useful. */
export function describeTrial(
  { output }: Performed,
  show: (text: string) => string,
  trial: ConfigTrial,
): View {
  const summary = html`<p>${cleanText(show(String(output.summary)), 2_000)}</p>`;
  if (trial.state === "over") {
    return {
      status: 200,
      title: "Sent. Whether it works is not known yet",
      content: html`${summary}<p>C1 has not said so far whether it can connect; a first sync can take long.</p><p>${GO_BACK}</p>`,
    };
  }
  const isStill = trial.state === "still";
  const links = isStill
    ? html`<a href="${trial.path}">Look again</a>`
    : html`This page refreshes itself. <a href="${trial.path}">Refresh it now</a> or <a href="${trial.stop}">stop refreshing</a>`;
  return {
    status: 200,
    title: "Sent. C1 is trying it …",
    content: html`${summary}<p>${links}</p><p>${GO_BACK}</p>`,
    ...(!isStill && { refresh: trial }),
  };
}

const GO_BACK = "Go back to your assistant and tell it that you are done.";
const CORRECT =
  "Go back to your assistant and tell it that you are done: it can give you a new link to correct this.";

/** Shown while the write is in progress; reloads itself. */
export function describeWork(path: string): View {
  return {
    status: 200,
    title: "It is being done",
    content: html`<p>This page tells when it is over. <a href="${path}">Look again</a></p>`,
    refresh: { seconds: 2, path },
  };
}

/** Makes a browser that came from another site reload, this time with our cookies. */
export function comeAgain(path: string): View {
  return {
    status: 200,
    title: "One moment",
    content: html`<p><a href="${path}">Go on</a></p>`,
    refresh: { seconds: 0, path },
  };
}

/** How long a page can be used, in minutes, as the assistant says it, and until when. */
export function describeValidity(plan: PagePlan, now: number): string {
  const minutes = Math.max(1, Math.round((plan.expires - now) / 60_000));
  return `This page can be used for another ${minutes === 1 ? "minute" : `${minutes} minutes`}, until ${describeExpiry(plan)}.`;
}

/** In local time for a person at this machine, else in UTC, because their time zone is not known. */
export function describeExpiry({ expires, principal }: PagePlan): string {
  const zone = principal === "local" ? {} : { timeZone: "UTC" };
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
    ...zone,
  }).format(expires);
}

/** Who asks, as far as known. The client's name is only its own claim; its version would tell a person nothing. */
export function describeAsker({ client = "", principal }: PagePlan): string {
  const own = cleanText(client.replace(/\/[^/]*$/, ""), 100);
  const name = own === "" ? "An assistant" : `An assistant that says it is "${own}"`;
  return principal === "local"
    ? `${name} asks for this.`
    : `${name} asks for this, for ${cleanText(principal, 150)}.`;
}
