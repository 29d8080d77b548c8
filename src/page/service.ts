import { hkdfSync, randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Failure } from "../errors.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { serveRequest } from "../log/served.ts";
import { withTrace } from "../log/trace.ts";
import type { Uses } from "../replicas/port.ts";
import { createElicitations } from "../tools/elicitations.ts";
import {
  doneOf,
  type Elicitations,
  type PageService,
  type PageWork,
  TYPED_MASKED_MS,
} from "../tools/page-port.ts";
import { makeCode } from "./code.ts";
import { createCookies } from "./cookie.ts";
import { createHandler, type Handler } from "./handle.ts";
import { createPageLimits } from "./limits.ts";
import { createLinkCloser } from "./link-closer.ts";
import type { BrowserRequest, Login, Site } from "./ports.ts";
import { createResponder } from "./responder.ts";
import { createFormTaker } from "./take-form.ts";
import { createHeldTickets, createSealedTickets, type Ticket } from "./tickets.ts";

export interface PageServiceOptions {
  readonly work: () => Promise<PageWork>;
  readonly site: Site;
  /** Further hosts by which the page may be reached. */
  readonly hosts?: readonly string[];
  /** Over HTTP. Without it, a code is typed, and links work in this process only. */
  readonly login?: Login | undefined;
  /** The state key; random for this process if undefined. */
  readonly key: string | undefined;
  readonly uses: Uses;
  /** Whether `uses` is shared by all processes. Without that, only the process that issued a link can know if it was used. */
  readonly isShared?: boolean;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** The page, and the handler of its requests. */
export interface ServedPage extends PageService {
  readonly handle: Handler;
}

/** How long a claim is remembered, in milliseconds: longer than any link lives, and as long as a task waits for its page. */
const CLAIM_TTL_MS = 1_200_000;

/** A timer may fire a little early, in milliseconds. */
const SLACK_MS = 50;

export function createPageService(options: PageServiceOptions): ServedPage {
  const { site, login, uses, isShared = false, redactor, logger, clock } = options;
  const key = options.key ?? randomBytes(32).toString("hex");
  const home = isShared ? "shared" : randomUUID();
  const known = createElicitations(clock);
  const closeIfIdle = () => {
    if (!known.isAnyLive()) site.close();
  };
  const elicitations: Elicitations = {
    ...known,
    begin(id, end, sentAt) {
      known.begin(id, end, sentAt);
      void end.finally(closeIfIdle).catch(() => undefined);
    },
  };
  const tickets = login ? createSealedTickets(key, clock) : createHeldTickets(clock);
  const claim = (id: string) => uses.useOnce("page", id, CLAIM_TTL_MS);
  async function close(id: string, failure: Failure): Promise<boolean> {
    if (!(await claim(id))) return false;
    elicitations.begin(id, Promise.resolve({ failure }));
    return true;
  }
  const isUsed = (id: string) => uses.wasUsed("page", id);
  const markDone = async (id: string) => void (await uses.useOnce("page", doneOf(id), CLAIM_TTL_MS));

  /** Registers a secret for as long as C1 could quote it. */
  function remember(secret: string): void {
    const forget = redactor.add(secret);
    clock.after(TYPED_MASKED_MS, forget);
  }

  let made: { readonly base: string; readonly handle: Promise<Handler> } | undefined;

  async function makeHandler(base: string): Promise<Handler> {
    const work = await options.work();
    const { pathname: root, host } = new URL(base);
    const digestKey = Buffer.from(hkdfSync("sha256", key, "", "page digest", 32)).toString("hex");
    const show = (text: string) => redactor.redactValue(text);
    const link = (ticket: Omit<Ticket, "home">) => root + tickets.issue({ ...ticket, home });
    const responder = createResponder({
      work,
      elicitations,
      isUsed,
      key: digestKey,
      root,
      link,
      show,
      logger,
      clock,
    });
    return createHandler({
      responder,
      takeForm: createFormTaker(responder, { work, logger, claim, close, markDone, remember }),
      closer: createLinkCloser(responder, { close, logger, clock }),
      tickets,
      home,
      cookies: createCookies(key, clock),
      limits: createPageLimits(clock),
      uses,
      login,
      base,
      hosts: [host, ...(options.hosts ?? [])],
      logger,
      clock,
    });
  }

  return {
    elicitations,
    isShared,
    home,
    claim,
    async open(plan) {
      const base = await site.open();
      const code = login ? undefined : makeCode();
      const ticket = tickets.issue({ plan, home, code });
      logger.info({ page: plan.id, tool: plan.tool, principal: plan.principal }, "page requested");
      clock.after(plan.expires - clock.now() + SLACK_MS, closeIfIdle);
      return { url: base + ticket, ...(code !== undefined && { code }) };
    },
    async withdraw(id) {
      const isFirst = await claim(id);
      if (isFirst) {
        elicitations.withdraw(id);
        logger.info({ page: id }, "page closed");
        closeIfIdle();
      }
      return isFirst;
    },
    async handle(request) {
      const base = await site.open();
      // A listener that was closed reopens on another port.
      if (made?.base !== base) made = { base, handle: makeHandler(base) };
      const { handle } = made;
      const served = {
        method: request.method,
        scheme: new URL(base).protocol.slice(0, -1),
        route: routeOf(request, base),
      };
      try {
        return await withTrace(request.headers.traceparent, () =>
          serveRequest(served, async () => (await handle)(request)),
        );
      } finally {
        closeIfIdle();
      }
    },
  };
}

/** The path without its secret part; undefined for one that is not the page's. */
function routeOf({ path }: BrowserRequest, base: string): string | undefined {
  const { pathname: root } = new URL(base);
  if (!path.startsWith(root)) return undefined;
  const rest = path.slice(root.length);
  return ["style.css", "login"].includes(rest) ? `/page/${rest}` : "/page/{link}";
}
