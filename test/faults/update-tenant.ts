import type { Transport } from "../../src/c1/transport.ts";
import { type Clock, readSteady } from "../../src/clock.ts";
import { idOf } from "../support/fake-api.ts";
import { DECOY, type Row } from "./contents.ts";
import type { UpdateLie, UpdateRule, UpdateStage, UpdateStory } from "./update-story.ts";

export const APP = idOf("app");
export const CONNECTOR = idOf("connector");
const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const SECRET_KEY = "okta_v2_api_token";

type Config = Readonly<Record<string, { readonly stringValue: string }>>;

const config = (domain: string): Config => ({
  okta_v2_domain: { stringValue: domain },
  [SECRET_KEY]: { stringValue: "story-okta-token" },
});

/** The config that the story's call requests. */
export const ASKED = config("asked.okta.example");

/** A config, and who set it. "older": before the call. "other": somebody else, during the call. "us": the call. */
export interface Applied {
  readonly by: "older" | "other" | "us";
  readonly config: Config | null;
  readonly at: string | undefined;
}

export interface UpdateHeard {
  readonly stage: UpdateStage;
  readonly request: string;
  readonly rule: UpdateRule | undefined;
}

export interface UpdateTransport extends Transport {
  readonly heard: readonly UpdateHeard[];
  /** Every config that the connector had, the current one last. */
  readonly applied: readonly Applied[];
}

/** Usual response time, in milliseconds. */
const USUAL_MS = 40;

/** Age of the older config at the time of the call, in milliseconds. */
const OLDER_MS = 300_000;

/** A transport to a tenant in memory with one connector, which replaces answers as the story says. */
export function createUpdateTransport(story: UpdateStory, clock: Clock): UpdateTransport {
  const heard: UpdateHeard[] = [];
  const left = new Map(story.rules.map((rule) => [rule, rule.times]));
  const now = () => clock.now() + story.skewMs;
  const stamp = (ms: number) => {
    const text = new Date(ms).toISOString();
    return story.wholeSeconds ? text.replace(/\.\d+/, "") : text;
  };
  const older: Applied =
    story.before === "no config"
      ? { by: "older", config: null, at: undefined }
      : { by: "older", config: config("old.okta.example"), at: stamp(now() - OLDER_MS) };
  const applied: Applied[] = [older];
  const apply = (by: Applied["by"], given: Config) =>
    void applied.push({ by, config: given, at: stamp(now()) });

  function show({ by, config: held, at }: Applied): Row {
    const configuration = Object.fromEntries(
      Object.entries(held ?? {}).filter(([key]) => key !== SECRET_KEY),
    );
    const isBad = story.before === "failed" && by === "older";
    const tried = isBad ? "ERROR" : "DONE";
    const status = held === null ? "DISABLED" : tried;
    return {
      id: CONNECTOR,
      appId: APP,
      catalogId: OKTA_V2,
      displayName: "Okta",
      deletedAt: null,
      config: held === null || story.shows === "nothing" ? null : { configuration },
      ...(at !== undefined && { configUpdatedAt: at }),
      status: {
        status: `SYNC_STATUS_${status}`,
        startedAt: at,
        completedAt: at,
        lastError: isBad ? "401" : "",
      },
    };
  }

  function commit(body: Row, ran: boolean): void {
    if (story.meanwhile === "the same") apply("other", ASKED);
    if (story.meanwhile === "another config") apply("other", config("other.okta.example"));
    const given = body.connector as { config: { configuration: Config } };
    if (ran) apply("us", given.config.configuration);
    if (story.meanwhile === "another config, later") apply("other", config("other.okta.example"));
  }

  function stageOf(method: string, path: string): UpdateStage {
    if (!path.endsWith(`/connectors/${CONNECTOR}`)) return "names";
    if (method === "POST") return "write";
    return heard.some(({ stage }) => stage === "write") ? "look after" : "look before";
  }

  function take(stage: UpdateStage): UpdateRule | undefined {
    const rule = story.rules.find((candidate) => candidate.on === stage && (left.get(candidate) ?? 0) > 0);
    if (rule) left.set(rule, (left.get(rule) ?? 0) - 1);
    return rule;
  }

  /** The tenant performs the request truthfully; only its answer may be replaced. */
  function answer(path: string, body: Row, { stage, rule }: UpdateHeard): Row {
    if (stage === "write") commit(body, rule?.ran ?? true);
    if (path.endsWith("/connectorcatalog")) return { schema: { displayName: "Okta v2" } };
    if (stage === "names") return { app: { id: APP, displayName: "Acme Wiki", deletedAt: null } };
    const truth = show(applied.at(-1) ?? older);
    const row = rule?.lie.say === "row" ? tellRow(truth, rule.lie.row, show(older)) : truth;
    return { connectorView: { connector: row, appPath: "" }, expanded: [] };
  }

  return {
    host: "acme.conductor.one",
    proxied: false,
    heard,
    applied,
    async send({ method, path, body }, { deadline }) {
      const lastsMs = deadline - readSteady(clock);
      if (lastsMs <= 0) return { kind: "broken", reason: "aborted", sent: false };
      const stage = stageOf(method, path);
      const entry: UpdateHeard = { stage, request: `${method} ${path}`, rule: take(stage) };
      heard.push(entry);
      const told = answer(path, JSON.parse(body ?? "{}") as Row, entry);
      const lie = entry.rule?.lie;
      const takesMs = lie?.say === "late" ? lie.ms : USUAL_MS;
      await new Promise<void>((resolve) => void clock.after(Math.min(takesMs, lastsMs), resolve));
      if (takesMs >= lastsMs) return { kind: "broken", reason: "aborted", sent: true };
      if (lie?.say === "no answer") return { kind: "broken", reason: "network", sent: true };
      const headers = { date: new Date(now()).toUTCString(), "content-type": "application/json" };
      return { kind: "answer", headers, ...tellBody(lie, told) };
    },
    close: async () => undefined,
  };
}

function tellBody(lie: UpdateLie | undefined, told: Row): { status: number; body: string } {
  if (lie?.say === "useless") return { status: 200, body: lie.body };
  if (lie?.say !== "status") return { status: 200, body: JSON.stringify(told) };
  const code = lie.code === null ? {} : { code: lie.code };
  return { status: lie.status, body: JSON.stringify({ ...code, message: "no", details: [] }) };
}

function tellRow(row: Row, lie: Extract<UpdateLie, { say: "row" }>["row"], old: Row): Row {
  switch (lie) {
    case "another connector":
      return { ...row, id: DECOY.id, displayName: DECOY.name };
    case "another app":
      return { ...row, appId: DECOY.id };
    case "another type":
      return { ...row, catalogId: DECOY.id };
    case "the old config":
      return old;
    case "deleted":
      return { ...row, deletedAt: "2025-06-01T00:00:00Z" };
    case "another id form":
      return { ...row, id: "connector/42" };
    case "without id":
      return { ...row, id: "" };
  }
}
