import type { Transport } from "../../src/c1/transport.ts";
import { type Clock, readSteady } from "../../src/clock.ts";
import type { WriteCase } from "../support/write-cases.ts";
import type { Reply, Row } from "./contents.ts";
import { leavesOpen, tellLie } from "./lies.ts";
import type { ModelTenant } from "./model-tenant.ts";
import type { Rule, Stage, Story } from "./story.ts";

/** A request, and the rule by which it was answered. */
export interface Heard {
  readonly stage: Stage;
  readonly request: string;
  readonly rule: Rule | undefined;
}

export interface ModelTransport extends Transport {
  readonly heard: readonly Heard[];
}

/** Usual response time, in milliseconds. */
const USUAL_MS = 40;

const ROWS_PER_PAGE = 100;

/** The base of a false answer to a write that did not run. */
const NOTHING: Reply = { status: 200, body: {} };

/** A transport to a model tenant that replaces answers as the story says. */
export function createModelTransport(
  tenant: ModelTenant,
  { rules, before }: Story,
  write: WriteCase,
  args: Row,
  clock: Clock,
): ModelTransport {
  const heard: Heard[] = [];
  const left = new Map(rules.map((rule) => [rule, rule.times]));
  // The call knows the older row only if the look-up returned it.
  const isShown = before === "the same" && !rules.some(({ on }) => on === "look before");
  const knownId = isShown ? String(tenant.held[0]?.row.id ?? "") : "";

  function stageOf(method: string, path: string): Stage {
    if (LOOKS[write.rows].test(`${method} ${path}`))
      return heard.some(({ stage }) => stage === "write") ? "look after" : "look before";
    return method === "POST" && !path.endsWith("/connectorcatalog") ? "write" : "names";
  }

  function take(stage: Stage): Rule | undefined {
    const rule = rules.find((candidate) => candidate.on === stage && (left.get(candidate) ?? 0) > 0);
    if (rule) left.set(rule, (left.get(rule) ?? 0) - 1);
    return rule;
  }

  /** The tenant performs the request truthfully; only its answer may be replaced. */
  function reply(asked: { method: string; path: string; body: Row }, { stage, rule }: Heard): Reply {
    if (rule === undefined) return tenant.answer(asked, ROWS_PER_PAGE);
    const { lie, ran } = rule;
    const rowsPerPage = lie.say === "page" && lie.page === "one row a page" ? 1 : ROWS_PER_PAGE;
    const truth = stage === "write" && !ran ? NOTHING : tenant.answer(asked, rowsPerPage);
    return tellLie(lie, truth, { write, args, knownId, serial: heard.length });
  }

  return {
    host: "acme.conductor.one",
    proxied: false,
    heard,
    async send({ method, path, body }, { deadline }) {
      const lastsMs = deadline - readSteady(clock);
      if (lastsMs <= 0) return { kind: "broken", reason: "aborted", sent: false };
      const stage = stageOf(method, path);
      const entry: Heard = { stage, request: `${method} ${path}`, rule: take(stage) };
      heard.push(entry);
      const { status, body: told } = reply({ method, path, body: JSON.parse(body ?? "{}") }, entry);
      const lie = entry.rule?.lie;
      const takesMs = lie?.say === "late" ? lie.ms : USUAL_MS;
      await new Promise<void>((resolve) => void clock.after(Math.min(takesMs, lastsMs), resolve));
      if (takesMs >= lastsMs) return { kind: "broken", reason: "aborted", sent: true };
      if (lie?.say === "no answer") return { kind: "broken", reason: "network", sent: true };
      const headers = { date: new Date(tenant.now()).toUTCString(), "content-type": "application/json" };
      return {
        kind: "answer",
        status,
        headers,
        body: lie?.say === "useless" ? String(told) : JSON.stringify(told),
      };
    },
    close: async () => undefined,
  };
}

/** The look-up before a write, which is repeated if the response to the write is lost. */
const LOOKS: Record<WriteCase["rows"], RegExp> = {
  apps: /^POST .*\/search\/apps$/,
  connectors: /^GET .*\/connectors(\?|$)/,
  owners: /^GET .*\/owners\/users\/primary\//,
};

/** Whether a create had to stop because the look-up before it was neither complete nor refused. */
export function mustStop(heard: readonly Heard[]): boolean {
  const looks = heard.filter(({ stage }) => stage === "look before");
  // After a status the look-up may be repeated; after a page only the next one is read.
  return looks.some(({ rule }, index) => {
    const isLast = index === looks.length - 1;
    return rule !== undefined && leavesOpen(rule.lie) && (isLast || rule.lie.say === "page");
  });
}

/** All requests and answers, one per line. */
export function formatHeard(heard: readonly Heard[]): string {
  return heard
    .map(({ stage, request, rule }) => {
      const { say, ...rest } = rule?.lie ?? { say: "the truth" };
      const words = [say, ...Object.entries(rest).map(([name, value]) => `${name} ${JSON.stringify(value)}`)];
      const ran = stage === "write" ? `, ${rule === undefined || rule.ran ? "ran" : "did not run"}` : "";
      return `  ${stage}: ${request} -> ${words.join(" ")}${ran}`;
    })
    .join("\n");
}
