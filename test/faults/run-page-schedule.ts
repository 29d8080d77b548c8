import { sleep } from "../../src/clock.ts";
import type { AuditRecord } from "../../src/log/audit.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import type { ToolContext } from "../../src/tools/context.ts";
import { createConnector } from "../../src/tools/create-connector.ts";
import { Deferred } from "../../src/tools/deferral.ts";
import type { ToolResult } from "../../src/tools/job.ts";
import { createPageWork } from "../../src/tools/page-work.ts";
import { leavePage, lookAtPage } from "../../src/tools/pending-page.ts";
import type { Visited, Visits } from "../../src/tools/visits.ts";
import { TYPED } from "../fixture/page.ts";
import { idOf } from "../support/fake-api.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import type { Outcome } from "../support/rig.ts";
import { Browser, createTestPage, readLink } from "../support/test-page.ts";
import { createBench } from "../support/tool-bench.ts";
import type { Act, PageSchedule, Round } from "./page-schedule.ts";
import { createPageTenant } from "./page-tenant.ts";
import { idIn, readClaim } from "./said.ts";

/** How long the person waits for a link, in milliseconds. */
const LINK_MS = 60_000;

/** Time between two questions for the outcome, in milliseconds. */
const POLL_MS = 5_000;

const FOREVER = new AbortController().signal;

/** Of a request that asks what came of a task. */
const LATER: ToolContext = {
  signal: FOREVER,
  principal: "local",
  progress: () => undefined,
  ask: async () => "unavailable",
};

export interface PageStory {
  readonly outcomes: readonly Outcome[];
  /** The pages that the person saw. */
  readonly pages: readonly string[];
  readonly made: readonly string[];
  /** The broken promises, with the answers and the audit records; empty if all were kept. */
  readonly broken: string;
}

/** Runs one schedule in memory. */
export async function runPageSchedule(schedule: PageSchedule): Promise<PageStory> {
  const clock = createLeapingClock();
  const tenant = createPageTenant(schedule, clock);
  const shared = createLocalShared(clock);
  const bench: ReturnType<typeof createBench> = createBench(tenant.behaviour, { clock, shared });
  const { redactor, logger } = bench.deps;
  const work = async () => createPageWork([createConnector], deps, (end) => end);
  const page = createTestPage({
    work,
    uses: shared,
    redactor,
    logger,
    clock,
  });
  const deps = Object.assign(bench.deps, { page });
  const args = {
    appId: idOf("app"),
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
    ifExists: schedule.ifExists,
  };
  let link: { url: string; code: string } | undefined;
  let answer: (visited: Visited) => void = () => undefined;
  let over = false;
  /** Pages of which a client was told that nothing was changed. */
  const unwritten: string[] = [];
  const pause = (ms: number) => sleep(clock, ms, FOREVER);

  async function call(context: Parameters<typeof bench.run>[2] = {}): Promise<Outcome> {
    const run = bench.run(createConnector, args, { ask: async () => "unavailable", ...context });
    const {
      content,
      structuredContent: value = {},
      isError = false,
    } = await run.catch((error) => askLater(error, context.signal));
    return { text: content[0].text, value, isError };
  }

  /** What came of a page after its call, unless the client gives it up before it is sent. */
  async function askLater(error: unknown, gone: AbortSignal = FOREVER): Promise<ToolResult> {
    if (!(error instanceof Deferred) || !("page" in error.pending)) throw error;
    const { pending } = error;
    for (;;) {
      await pause(POLL_MS);
      const isClosed = gone.aborted && (await leavePage(pending, deps));
      if (isClosed) unwritten.push(pending.page.id);
      if (isClosed)
        return {
          content: [{ type: "text", text: "[cancelled] The page was closed. Nothing was changed." }],
          isError: true,
        };
      const state = await lookAtPage(createConnector, pending, LATER, deps);
      if (!("result" in state)) continue;
      if (/Nobody finished the page/.test(state.result.content[0].text)) unwritten.push(pending.page.id);
      return state.result;
    }
  }

  async function callRound({ pauseMs, cancelMs, client }: Round): Promise<Outcome> {
    await pause(pauseMs);
    const gone = new AbortController();
    const stop = cancelMs === undefined ? undefined : clock.after(cancelMs, () => gone.abort());
    const visits: Visits = {
      patienceMs: 20_000,
      show: ({ url, code = "" }) => {
        link = { url, code };
        return new Promise((resolve, reject) => {
          answer = resolve;
          clock.after(client === "task" ? 500 : 6_000, () => resolve("opened"));
          gone.signal.addEventListener("abort", () => reject(gone.signal.reason));
        });
      },
    };
    const deferral = { patienceMs: 3_500, takes: () => true };
    const outcome = await call({
      signal: gone.signal,
      ...(client !== "handed on" && { visits }),
      ...(client === "task" && { deferral }),
    });
    stop?.();
    if (outcome.text.startsWith("[person_needed]")) link = readLink(outcome.text);
    return outcome;
  }

  async function callAll(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const round of schedule.rounds) outcomes.push(await callRound(round));
    over = true;
    return outcomes;
  }

  async function visitAll(): Promise<string[]> {
    const browser = new Browser(page.service.handle);
    const seen: string[] = [];
    for (let waited = 0; link === undefined && !over && waited < LINK_MS; waited += 500) await pause(500);
    for (const { pauseMs, act } of schedule.acts) {
      await pause(pauseMs);
      if (link) seen.push(...(await visit(act, link, browser)));
    }
    return seen;
  }

  async function visit(act: Act, { url, code }: { url: string; code: string }, browser: Browser) {
    if (act === "decline") answer("declined");
    if (act === "decline" || act === "dawdle") return [];
    const form = await browser.open(url);
    if (act === "open") return [form.html];
    const typed = {
      code: act === "send a wrong code" ? "AAAAAA" : code,
      "secret-0": TYPED,
      decision: act === "say no" ? "no" : "yes",
    };
    const count = act === "send twice" ? 2 : 1;
    const ends = await Promise.all(Array.from({ length: count }, () => browser.send(url, form, typed)));
    return [form.html, ...ends.map(({ html }) => html)];
  }

  const [outcomes, pages] = await clock.lapse(Promise.all([callAll(), visitAll()]));
  outcomes.push(await clock.lapse(call()));
  const made = tenant.made.map(({ id }) => id);
  const sent = bench
    .argsOf("createConnector")
    .filter((input) => JSON.stringify(input).includes(TYPED)).length;
  const problems = judge({ bench, outcomes, pages, made, sent, unwritten });
  const broken =
    problems.length === 0
      ? ""
      : [...problems, ...outcomes.map(({ text }) => text), JSON.stringify(bench.audits)].join("\n");
  return { outcomes, pages, made, broken };
}

interface Told {
  readonly bench: ReturnType<typeof createBench>;
  readonly outcomes: readonly Outcome[];
  readonly pages: readonly string[];
  readonly made: readonly string[];
  readonly sent: number;
  readonly unwritten: readonly string[];
}

function judge({ bench: { audits, intents, logs }, outcomes, pages, made, sent, unwritten }: Told): string[] {
  const writes = intents.map(({ write }) => write);
  const claims = outcomes.map((outcome) => ({ said: readClaim(outcome), id: String(idIn(outcome)) }));
  const created = claims.filter(({ said }) => said === "created" || said === "recovered");
  const done = pages.filter((html) => /<h1>(?:Done|Sent\. C1|Connected)/.test(html)).length;
  const all = JSON.stringify([outcomes, pages, logs, audits]);
  const isFinal = ({ outcome, changed, write }: AuditRecord) =>
    outcome !== "cancelled" || changed !== "no" || !writes.includes(write);
  const checks: [kept: boolean, promise: string][] = [
    [new Set(writes).size === writes.length, "a page is used once"],
    [made.length <= writes.length, "nothing is made without a record before it"],
    [sent === writes.length, "the secret leaves once for each write"],
    [created.every(({ id }) => made.includes(id)), "what is said to be made exists"],
    [new Set(created.map(({ id }) => id)).size === created.length, "no two calls claim the same"],
    [done === 0 || made.length > 0, "what the page says is done is done"],
    [
      made.length === 0 || audits.some(({ changed }) => changed !== "no"),
      "a record answers for what is made",
    ],
    [
      made.length > 0 || audits.every(({ changed }) => changed !== "yes"),
      "no record claims what is not there",
    ],
    [audits.every(isFinal), "after a cancelled call nothing is written under its id"],
    [unwritten.every((id) => !writes.includes(id)), "a page that is told to be closed writes nothing"],
    [!all.includes(TYPED), "the secret comes out nowhere"],
  ];
  return checks.flatMap(([kept, promise]) => (kept ? [] : [`not kept: ${promise}`]));
}
