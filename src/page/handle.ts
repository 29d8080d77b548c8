import { Failure } from "../errors.ts";
import type { Uses } from "../replicas/port.ts";
import { cleanText } from "../text.ts";
import type { Cookies, Visitor } from "./cookie.ts";
import { isForm, isForUs, isFromElsewhere, isOpened, isOurForm } from "./judge-request.ts";
import { answerMoved, answerStyle } from "./layout.ts";
import type { PageLimits } from "./limits.ts";
import type { LinkCloser } from "./link-closer.ts";
import type { BrowserRequest, Login, PageAnswer } from "./ports.ts";
import type { Responder, ResponderOptions, Visit } from "./responder.ts";
import { STYLE } from "./style.ts";
import type { Tickets } from "./tickets.ts";
import { comeAgain, describeNotice, VIEWS } from "./views.ts";

/** The longest subject that OpenID Connect allows. */
const MAX_SUBJECT = 255;

export interface HandlerOptions extends Pick<ResponderOptions, "logger" | "clock"> {
  readonly responder: Responder;
  readonly takeForm: (visit: Visit) => Promise<PageAnswer>;
  readonly closer: LinkCloser;
  readonly tickets: Tickets;
  /** Whose pages can be used here. */
  readonly home: string;
  readonly cookies: Cookies;
  readonly limits: PageLimits;
  readonly uses: Uses;
  /** Absent over stdio, where a code is typed instead. */
  readonly login?: Login | undefined;
  /** URL prefix of links. */
  readonly base: string;
  /** Hosts by which the page may be reached, with the port if it is not the default. */
  readonly hosts: readonly string[];
}

export type Handler = (request: BrowserRequest) => Promise<PageAnswer>;

/** Handles requests from browsers. A plain function of a request, so that a test needs no socket. */
export function createHandler(options: HandlerOptions): Handler {
  const {
    responder,
    takeForm,
    closer,
    tickets,
    home,
    cookies,
    limits,
    uses,
    login,
    base,
    hosts,
    logger,
    clock,
  } = options;
  const { answer } = responder;
  const { pathname: root, origin } = new URL(base);

  /** Requests that need no page: style sheets, returns from a login, and anything that is not for us. */
  async function answerOther(request: BrowserRequest, rest: string): Promise<PageAnswer | undefined> {
    if (!isForUs(request, hosts)) return answer(VIEWS.strange);
    if (!request.path.startsWith(root)) return answer(VIEWS.unknown);
    if (request.method !== "GET" && request.method !== "POST")
      return answer({ ...VIEWS.strange, status: 405, headers: { allow: "GET, POST" } });
    if (request.method === "POST") return undefined;
    if (rest === "style.css") return answerStyle(STYLE);
    return rest === "login" && login ? returnFromLogin(login, request) : undefined;
  }

  async function handle(request: BrowserRequest): Promise<PageAnswer> {
    const rest = request.path.slice(root.length);
    const other = await answerOther(request, rest);
    if (other) return other;
    const opened = tickets.open(rest);
    const ticket = typeof opened === "object" ? opened.value : undefined;
    if (!limits.take(ticket?.plan.id)) return answer({ ...VIEWS.tooMany, headers: { "retry-after": "60" } });
    if (opened === "expired") return answer(request.method === "POST" ? VIEWS.tooLate : VIEWS.expired);
    if (!ticket) return answer(VIEWS.unknown);
    const visit: Visit = { ticket, plan: ticket.plan, path: root + rest, request };
    return serve(visit);
  }

  function serve(visit: Visit): PageAnswer | Promise<PageAnswer> {
    const { ticket, request } = visit;
    // Only the process that issued the link knows whether the page was used; any process can show its outcome.
    if (ticket.home !== home && !ticket.sent) return answer(VIEWS.elsewhere);
    if (request.method === "POST") return receive(visit);
    return isOpened(request) ? open(visit) : answer(VIEWS.strange);
  }

  async function open(visit: Visit): Promise<PageAnswer> {
    const { plan, path, request } = visit;
    const visitor = cookies.read(request, plan);
    if (!visitor && !(await uses.useOnce("page", `${plan.id} browser`, plan.expires - clock.now())))
      return isFromElsewhere(request) ? answer(comeAgain(path)) : closer.offer(visit);
    if (!visitor) logger.info({ page: plan.id }, "page opened");
    const cookie = visitor ? [] : [cookies.write({ id: plan.id }, plan, base)];
    if (login && !isPerson(visitor, visit)) return sendToLogin(login, path, cookie);
    const shown = (await responder.findEnd(visit)) ?? (await showForm(visit));
    return { ...shown, headers: { ...shown.headers, "set-cookie": cookie } };
  }

  async function sendToLogin(login: Login, path: string, cookie: readonly string[]): Promise<PageAnswer> {
    const start = await login.start(path);
    if ("location" in start) return answerMoved(start.location, [...cookie, ...start.cookies]);
    // With the cookie, because the link is this browser's from now on.
    const notice = describeNotice("The login did not work", start.problem, 503);
    return answer({ ...notice, headers: { "set-cookie": cookie } });
  }

  async function showForm(visit: Visit): Promise<PageAnswer> {
    const looked = await responder.look(visit);
    return "instead" in looked ? looked.instead : responder.showForm(visit, looked);
  }

  async function receive(visit: Visit): Promise<PageAnswer> {
    const { request, plan } = visit;
    if (!isOurForm(request, origin) || !isForm(request)) return answer(VIEWS.notOurs);
    const visitor = cookies.read(request, plan);
    if (!visitor) return closer.isAsked(request) ? closer.take(visit) : answer(VIEWS.notHere);
    if (login && !isPerson(visitor, visit)) return answer(VIEWS.otherPerson);
    if (request.body === undefined) return answer(VIEWS.tooLarge);
    return takeForm(visit);
  }

  async function returnFromLogin(login: Login, request: BrowserRequest): Promise<PageAnswer> {
    const end = await login.finish(request);
    const headers = { "set-cookie": end.cookies };
    if ("problem" in end)
      return answer({ ...describeNotice("The login did not work", end.problem, 403), headers });
    const opened = tickets.open(end.page.slice(root.length));
    if (typeof opened !== "object")
      return answer({ ...(opened === "expired" ? VIEWS.expired : VIEWS.unknown), headers });
    const { plan } = opened.value;
    const visitor: Visitor = { id: plan.id, person: end.person };
    if (!isPerson(visitor, { plan })) {
      const { identity } = plan.caller ?? {};
      const asked = identity?.kind === "user" ? cleanText(identity.subject, MAX_SUBJECT) : undefined;
      const loggedIn = cleanText(end.person.subject, MAX_SUBJECT);
      const subjects = { page: plan.id, asked, loggedIn };
      logger.warn(subjects, "page opened by somebody other than the person who asked");
      return answer({ ...VIEWS.otherPerson, headers });
    }
    // Set in a separate response, because the browser came from another site and withholds strict cookies until it comes from here.
    const all = [...end.cookies, cookies.write(visitor, plan, base)];
    return answer({ ...comeAgain(end.page), headers: { "set-cookie": all } });
  }

  return async (request) => {
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof Failure) return answer(VIEWS.noStore);
      logger.error({ err: error }, "the page failed");
      return answer(VIEWS.failed);
    }
  };
}

/** Whether the person who logged in is the person who asked. */
function isPerson(visitor: Visitor | undefined, { plan: { caller } }: Pick<Visit, "plan">): boolean {
  const identity = caller?.identity;
  if (identity?.kind !== "user" || !visitor?.person) return false;
  return identity.issuer === visitor.person.issuer && identity.subject === visitor.person.subject;
}
