import { Failure } from "../errors.ts";
import { judgeTyped } from "../tools/connector-config/asked.ts";
import type { PageLook } from "../tools/page-port.ts";
import { isCode, isEmptyCode, MAX_WRONG_CODES } from "./code.ts";
import { CODE, DECISION, EMPTY_CODE, type FormState, nameOfField, SEEN, WRONG_CODE } from "./form.ts";
import type { PageAnswer } from "./ports.ts";
import type { Looked, Responder, ResponderOptions, Visit } from "./responder.ts";
import type { Ticket } from "./tickets.ts";
import { VIEWS } from "./views.ts";

export interface FormOptions extends Pick<ResponderOptions, "work" | "logger"> {
  /** Uses up a page. */
  readonly claim: (id: string) => Promise<boolean>;
  /** Closes a request without a write; false if it was used before. */
  readonly close: (id: string, failure: Failure) => Promise<boolean>;
  /** Tells the other processes that the write of a page was done. */
  readonly markDone: (id: string) => Promise<void>;
  /** Masks a typed secret in everything that leaves the process from now on. */
  readonly remember: (secret: string) => void;
}

/** Accepts a submitted form. The write is done before the response. Who sent the form has been checked already. */
export function createFormTaker(
  responder: Responder,
  { work, logger, claim, close, markDone, remember }: FormOptions,
): (visit: Visit) => Promise<PageAnswer> {
  /** Forgotten with the ticket, which is kept as long as its link is known. */
  const wrongCodes = new WeakMap<Ticket, number>();

  /** What is wrong with the code, if anything, or why the page cannot be used any more. */
  async function judgeCode(
    { ticket, plan }: Visit,
    typed: string,
  ): Promise<{ readonly fault?: string } | "closed" | "used"> {
    if (ticket.code === undefined || isCode(typed, ticket.code)) return {};
    if (isEmptyCode(typed)) return { fault: EMPTY_CODE };
    const count = (wrongCodes.get(ticket) ?? 0) + 1;
    wrongCodes.set(ticket, count);
    logger.warn({ page: plan.id }, "wrong code on a page");
    if (count < MAX_WRONG_CODES) return { fault: describeWrongCode(count) };
    return (await close(plan.id, tooManyCodes())) ? "closed" : "used";
  }

  /** What is wrong, by form field. */
  async function judge(
    visit: Visit,
    form: URLSearchParams,
    typed: ReadonlyMap<string, string>,
    { fields }: PageLook,
  ): Promise<ReadonlyMap<string, string> | "closed" | "used"> {
    const code = await judgeCode(visit, form.get(CODE) ?? "");
    if (code === "closed" || code === "used") return code;
    const faults = fields.flatMap((field, index): [string, string][] => {
      const fault = judgeTyped(typed.get(field.at) ?? "", field);
      return fault === undefined ? [] : [[nameOfField(index), fault]];
    });
    return new Map([...(code.fault === undefined ? [] : [[CODE, code.fault] as const]), ...faults]);
  }

  async function decline(visit: Visit): Promise<PageAnswer> {
    const { id } = visit.plan;
    logger.info({ page: id }, "page declined");
    return (await close(id, saidNo())) ? responder.answer(VIEWS.saidNo) : showUsed(visit);
  }

  async function showUsed(visit: Visit): Promise<PageAnswer> {
    return (await responder.findEnd(visit)) ?? responder.answer(VIEWS.used);
  }

  /**
   * The form again for who gave the right code, unless the page was used in the meantime: then nothing on the form is true any
   * more.
   */
  async function showAgain(visit: Visit, looked: Looked, change: Partial<FormState>): Promise<PageAnswer> {
    const { code } = visit.ticket;
    return (await responder.findEnd(visit)) ?? responder.showForm(visit, looked, { code, ...change });
  }

  async function send(visit: Visit, typed: ReadonlyMap<string, string>, seen: string): Promise<PageAnswer> {
    const { plan } = visit;
    for (const value of typed.values()) remember(value);
    let claimed = false;
    const end = await work.write(plan, {
      typed,
      agrees: (binding) => responder.digest(binding) === seen,
      async claim() {
        claimed = await claim(plan.id);
        if (claimed) logger.info({ page: plan.id }, "page submitted");
        return claimed;
      },
    });
    if (claimed && "performed" in end && end.performed.changed === "yes") await tryMarkDone(plan.id);
    if (claimed || !("failure" in end)) return responder.showSent(visit, end);
    const done = await responder.findEnd(visit);
    if (done) return done;
    // Nothing left this process, so the page can be submitted again.
    const again = await responder.look(visit);
    if ("instead" in again) return again.instead;
    return showAgain(visit, again, { status: 409, notice: responder.explain(end.failure) });
  }

  /** Without the mark, other processes say that the outcome is not known. */
  async function tryMarkDone(id: string): Promise<void> {
    await markDone(id).catch((err: unknown) => logger.warn({ err, page: id }, "page not marked as done"));
  }

  return async (visit) => {
    const form = new URLSearchParams(visit.request.body);
    const before = await responder.findEnd(visit);
    if (before) return before;
    if (form.get(DECISION) === "no") return decline(visit);
    const looked = await responder.look(visit);
    if ("instead" in looked) return looked.instead;
    const typed = readFields(form, looked.look);
    const errors = await judge(visit, form, typed, looked.look);
    if (errors === "closed") return responder.answer(VIEWS.wrongCodes);
    if (errors === "used") return showUsed(visit);
    if (errors.size > 0)
      return responder.showForm(visit, looked, { status: 422, ...tellErrors(visit, errors, looked.look) });
    const doubt = findDoubt(form, looked);
    if (doubt) return showAgain(visit, looked, doubt);
    return send(visit, typed, looked.seen);
  };
}

const UNDECIDED = "The form came without a yes or no. Nothing was sent: choose below.";
const CHANGED = "What is shown here has changed since the page was opened. Nothing was sent: read it again.";

/** Whether a form leaves open what its sender agreed to. */
function findDoubt(form: URLSearchParams, { seen }: Looked): Partial<FormState> | undefined {
  if (form.get(DECISION) !== "yes") return { status: 422, notice: UNDECIDED };
  return form.get(SEEN) === seen ? undefined : { status: 409, notice: CHANGED };
}

/** The first wrong code is likely a slip; after that it helps to know how many are left. */
function describeWrongCode(count: number): string {
  const left = MAX_WRONG_CODES - count;
  const limit = left === 1 ? "One more wrong code closes" : `${left} more wrong codes close`;
  return count === 1 ? WRONG_CODE : `${WRONG_CODE} ${limit} the link.`;
}

/** Who gave the right code need not type it again. */
function tellErrors(
  { ticket }: Visit,
  errors: FormState["errors"],
  { fields }: PageLook,
): Pick<FormState, "errors" | "notice" | "code"> {
  const again = fields.length > 0 ? "; secrets must be typed again" : "";
  return {
    errors,
    notice: `Nothing was sent. Correct what is marked below${again}.`,
    code: errors.has(CODE) ? undefined : ticket.code,
  };
}

function readFields(form: URLSearchParams, { fields }: PageLook): ReadonlyMap<string, string> {
  return new Map(
    fields.map(({ at, hasLines }, index) => {
      const value = form.get(nameOfField(index)) ?? "";
      // Browsers send line breaks as two characters, and editors append one at the end.
      return [at, hasLines ? value.replace(/\r\n/g, "\n").replace(/\n+$/, "") : value];
    }),
  );
}

function tooManyCodes(): Failure {
  return new Failure(
    "declined",
    "The code was entered wrongly too often on the page, and its link is closed.",
    {
      next: "If the person still wants it, call again for a new link with a new code.",
    },
  );
}

function saidNo(): Failure {
  return new Failure("declined", "The person at the page said no.", {
    next: "Do not try again unless the person asks for it.",
  });
}
