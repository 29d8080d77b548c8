import { type Answer, type ClientSession, openSession } from "../mcp/client.ts";
import { DEMO_SECRETS, DEMO_STEPS, type Facts, type Step } from "./demo-steps.ts";

/** ANSI colours on a terminal only. */
const paint = (code: number, text: string) =>
  process.stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text;

/**
 * `demo`: starts this very server over stdio on a sandbox tenant and does an assistant's whole job through it.
 * Returns 0 only if every step did what it says.
 */
export async function runDemo(stop: AbortSignal): Promise<number> {
  const started = performance.now();
  const audits: string[] = [];
  const server = process.argv[1] ?? "";
  say(
    `${paint(1, "c1-admin-mcp demo")}: a real MCP client drives the real server over stdio, on a sandbox C1 tenant.`,
  );
  say(paint(2, `$ node dist/main.js stdio --sandbox`));
  const session = await openSession(
    process.execPath,
    [server, "stdio", "--sandbox"],
    DEMO_SECRETS,
    (line) => {
      if (line.includes('"record":"outcome"')) audits.push(line);
    },
  );
  stop.addEventListener("abort", () => void session.close(), { once: true });
  let failed = 0;
  const facts: Facts = {};
  try {
    say(paint(2, `tools: ${session.tools.join(", ")}`));
    for (const [index, step] of DEMO_STEPS.entries()) {
      if (!(await runStep(index + 1, step, session, facts))) failed += 1;
    }
  } finally {
    await session.close();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`\n${paint(1, "In the tenant now:")}`);
  say(`  app        ${facts.appId}`);
  say(`  connector  ${facts.connectorId}`);
  say(`  owner      ${facts.userId}`);
  say(`Audit records on the server's stderr: ${audits.length} (one for each attempted write).`);
  const attempts = DEMO_STEPS.filter((step) => step.writes).length;
  if (audits.length !== attempts) failed += 1;
  say(
    failed === 0
      ? paint(32, `All ${DEMO_STEPS.length} steps did what they say, in ${seconds} s.`)
      : paint(31, "The demo failed."),
  );
  return failed === 0 ? 0 : 1;
}

async function runStep(number: number, step: Step, session: ClientSession, facts: Facts): Promise<boolean> {
  const args = step.args(facts);
  say(`\n${paint(1, `${number}. ${step.title}`)}`);
  say(`   ${paint(36, step.tool)} ${JSON.stringify(args)}`);
  const started = performance.now();
  const answer = await session.call(step.tool, args);
  const milliseconds = Math.round(performance.now() - started);
  for (const line of describe(answer)) say(`   ${paint(answer.isError ? 33 : 32, line)}`);
  say(paint(2, `   ${milliseconds} ms`));
  const wrong = step.check(answer, facts);
  if (wrong !== undefined) say(paint(31, `   NOT AS EXPECTED: ${wrong}`));
  return wrong === undefined;
}

function describe({ isError, text, value }: Answer): string[] {
  if (isError) return text.trim().split("\n");
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item === "string") return [`${key}: ${item}`];
    const isTable = Array.isArray(item) && item.every((row) => typeof row === "object");
    return isTable
      ? [`${key}:`, ...item.map((row) => `  ${JSON.stringify(row)}`)]
      : [`${key}: ${JSON.stringify(item)}`];
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
