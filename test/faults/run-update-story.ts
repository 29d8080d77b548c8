import { isDeepStrictEqual } from "node:util";
import { updateConnector } from "../../src/tools/update-connector.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import type { Outcome } from "../support/rig.ts";
import { TENANT } from "../support/tool-bench.ts";
import type { Said } from "./cells.ts";
import { CHANGED, readClaim } from "./said.ts";
import { createStoryBench } from "./story-bench.ts";
import type { UpdateStory } from "./update-story.ts";
import {
  APP,
  type Applied,
  ASKED,
  CONNECTOR,
  createUpdateTransport,
  type UpdateHeard,
} from "./update-tenant.ts";

const TIMEOUT_MS = 45_000;
const SECRET = "story-okta-token";

/** Runs one story in memory. `broken` lists the broken promises and the whole exchange; it is empty if all were kept. */
export async function runUpdateStory(story: UpdateStory): Promise<{ said: Said; broken: string }> {
  const clock = createLeapingClock();
  const transport = createUpdateTransport(story, clock);
  const bench = createStoryBench({ tenant: TENANT, clock, transport, timeoutMs: TIMEOUT_MS, secret: SECRET });
  const args = {
    appId: APP,
    connectorId: CONNECTOR,
    config: {
      okta_v2_domain: ASKED.okta_v2_domain?.stringValue,
      okta_v2_api_token: { secretRef: "OKTA" },
      // Unset explicitly, so that nothing is missing where C1 shows no config.
      okta_sync_custom_roles: null,
      okta_skip_secondary_emails: null,
      okta_sync_secrets: null,
    },
    replaceWorking: true,
    waitSeconds: story.waitSeconds,
  };
  const started = clock.now();
  const result = await clock.lapse(bench.run(updateConnector, args));
  const { content, structuredContent = {}, isError = false } = result;
  const outcome: Outcome = { isError, text: content[0].text, value: structuredContent };
  const said = readClaim(outcome);
  const [record, ...more] = bench.audits;
  const code = isError ? /^\[(\w+)\]/.exec(outcome.text)?.[1] : "ok";
  const isAudited = more.length === 0 && record?.changed === CHANGED[said] && record.outcome === code;
  const problems = [
    ...judgeClaim(story, said, transport.applied, transport.heard),
    ...(said === "created" ? judgeShown(story, outcome, transport.applied, transport.heard) : []),
    ...(outcome.text.includes(SECRET) ? ["tells the secret"] : []),
    ...(/decoy/i.test(outcome.text) ? ["names what nobody asked for"] : []),
    ...(isAudited ? [] : [`told ${code}, audited ${record?.outcome}, changed: ${record?.changed}`]),
    ...(clock.now() - started <= TIMEOUT_MS + 1_000 * story.waitSeconds ? [] : ["took too long"]),
  ];
  if (problems.length === 0) return { said, broken: "" };
  const asked = transport.heard.map(
    ({ stage, request, rule }) => `  ${stage}: ${request} -> ${JSON.stringify(rule ?? "the truth")}`,
  );
  const had = transport.applied.map((one) => `  ${JSON.stringify(one)}`);
  return { said, broken: [...problems, ...asked, `told: ${outcome.text}`, ...had].join("\n") };
}

/** Compares the reported outcome with the configs that the connector had. */
function judgeClaim(
  story: UpdateStory,
  said: Said,
  applied: readonly Applied[],
  heard: readonly UpdateHeard[],
): string[] {
  const ours = applied.filter(({ by }) => by === "us");
  const isThere = applied.some(({ by, config }) => by !== "older" && isDeepStrictEqual(config, ASKED));
  const isSent = heard.some(({ stage }) => stage === "write");
  const isTrue = heard.every(({ rule }) => rule === undefined);
  const problems: string[] = [];
  if (ours.length > 1) problems.push(`updated it ${ours.length} times`);
  if (said === "created" && ours.length === 0) problems.push(`"updated", but it was not`);
  if (said === "recovered" && !isThere)
    problems.push(`"recovered", but the config is not what was asked for`);
  if (said === "existing") problems.push("an update finds nothing in place");
  if (said === "not created" && ours.length > 0) problems.push(`"nothing was changed", but it was`);
  if (said === "unknown" && !isSent) problems.push(`"unknown", though nothing was sent`);
  if (isTrue && story.meanwhile === "nobody" && said !== "created")
    problems.push(`"${said}", though nobody lied`);
  return problems;
}

/** A result tells whether a true answer showed another config than was sent. */
function judgeShown(
  { shows }: UpdateStory,
  { value }: Outcome,
  applied: readonly Applied[],
  heard: readonly UpdateHeard[],
): string[] {
  const isTrue = heard.every(({ stage, rule }) => stage !== "write" || rule === undefined);
  if (!isTrue || shows === "nothing") return [];
  const isOther = !isDeepStrictEqual(applied.at(-1)?.config, ASKED);
  const isTold = String(value.summary).includes('C1 shows other values than were sent for: "okta_v2_domain"');
  return isOther === isTold ? [] : ["is wrong about the config that C1 showed"];
}
