import { TOOLS } from "../../src/tools/index.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { TENANT } from "../support/tool-bench.ts";
import type { Said } from "./cells.ts";
import type { Row } from "./contents.ts";
import { type Ending, judge, TIMEOUT_MS } from "./judge-story.ts";
import { createModelTenant } from "./model-tenant.ts";
import { createModelTransport, formatHeard } from "./model-transport.ts";
import { readClaim } from "./said.ts";
import type { Story } from "./story.ts";
import { createStoryBench } from "./story-bench.ts";
import { WRITES } from "./writes.ts";

/** Runs one story in memory. `broken` lists the broken promises and the whole exchange; it is empty if all were kept. */
export async function runStory(story: Story): Promise<{ said: Said; broken: string }> {
  const ending = await play(story);
  const said = readClaim(ending.outcome);
  return { said, broken: explain(ending, judge(ending, said)) };
}

function explain(ending: Ending, problems: readonly string[]): string {
  if (problems.length === 0) return "";
  const { heard, outcome, tenant } = ending;
  const held = tenant.held.map(({ row, by }) => `  by ${by}: ${JSON.stringify(row)}`);
  return [
    ...problems,
    "requests:",
    formatHeard(heard),
    `told: ${outcome.text}`,
    "the tenant holds:",
    ...held,
  ].join("\n");
}

async function play(story: Story): Promise<Ending> {
  const write = WRITES.find(({ name }) => name === story.write);
  const tool = TOOLS.find(({ name }) => name === write?.tool);
  if (!write || !tool) throw new Error(`no write called ${story.write}`);
  const own =
    write.rows === "owners"
      ? { waitSeconds: story.waitSeconds }
      : { ifExists: story.ifExists, description: "For the sales team." };
  const args: Row = { ...write.args, ...own };
  const clock = createLeapingClock();
  const tenant = createModelTenant(story, write, args, clock);
  const transport = createModelTransport(tenant, story, write, args, clock);
  const bench = createStoryBench({
    tenant: TENANT,
    clock,
    transport,
    timeoutMs: TIMEOUT_MS,
    secret: "story-okta-token",
  });
  const startedAt = clock.now();
  const { content, structuredContent = {}, isError = false } = await clock.lapse(bench.run(tool, args));
  return {
    story,
    write,
    args,
    tenant,
    heard: transport.heard,
    outcome: { isError, text: content[0].text, value: structuredContent },
    audits: bench.audits,
    startedAt,
    endedAt: clock.now(),
  };
}
