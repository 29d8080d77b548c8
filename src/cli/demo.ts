import { CLIENT_NAMES, CLIENTS } from "../init/clients.ts";
import { type ClientSession, openSession, type ToolAnswer } from "../mcp/client.ts";
import { NAME } from "../version.ts";
import { playPerson } from "./demo-person.ts";
import { DEMO_SECRETS, DEMO_STEPS, type DemoStep, type Facts } from "./demo-steps.ts";
import { exitCodeOf } from "./interrupt.ts";
import type { Printer } from "./output.ts";
import { ownCommand } from "./own-command.ts";

const PER_PROJECT = CLIENT_NAMES.filter((name) => CLIENTS[name].perProject).join(" and ");

/**
 * `demo`: starts this server over stdio on a sandbox tenant and does an assistant's complete job through it. Returns 0 only if
 * every step has the expected outcome.
 */
export async function runDemo(stop: AbortSignal, wholeOutput: Printer): Promise<number> {
  const { paint } = wholeOutput;
  // After Ctrl-C, the step that it interrupted is of no interest.
  const output: Printer = {
    ...wholeOutput,
    say: async (text) => (stop.aborted ? undefined : wholeOutput.say(text)),
  };
  const audits: string[] = [];
  const server = process.argv[1] ?? "";
  await say(
    output,
    `${paint(1, `${NAME} demo`)}: a real MCP client drives the real server over stdio, on a sandbox C1 tenant.`,
    paint(2, `$ ${ownCommand()} stdio --sandbox`),
  );
  const session = await openSession(
    process.execPath,
    [server, "stdio", "--sandbox"],
    DEMO_SECRETS,
    (line) => {
      if (line.includes('"record":"outcome"')) audits.push(line);
    },
    async (link) => {
      await say(
        output,
        paint(2, `   The client shows: ${link.message}`),
        paint(2, `   ${new URL(link.url).origin}/page/… (this demo now plays the person, by HTTP)`),
      );
      await playPerson(link);
    },
  );
  stop.addEventListener("abort", () => void session.close(), { once: true });
  let code: number;
  try {
    code = await runSteps(session, audits, output);
  } catch (error) {
    // A step that was interrupted is expected to fail.
    if (!stop.aborted) throw error;
    code = exitCodeOf(stop);
  } finally {
    await session.close();
  }
  if (!stop.aborted) return code;
  await say(wholeOutput, "\nStopped.");
  return exitCodeOf(stop);
}

async function runSteps(session: ClientSession, audits: readonly string[], output: Printer): Promise<number> {
  const { paint } = output;
  const started = performance.now();
  const facts: Facts = {};
  let failed = 0;
  await say(output, paint(2, `tools: ${session.tools.join(", ")}`));
  for (const [index, step] of DEMO_STEPS.entries()) {
    if (!(await runStep(index + 1, step, session, facts, output))) failed += 1;
  }
  await session.close();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const attempts = DEMO_STEPS.filter((step) => step.writes).length;
  // A write on the page has its own record, with the id of the call that asked for it.
  const writes = new Set(audits.map((line) => /"write":"([^"]+)"/.exec(line)?.[1])).size;
  if (writes !== attempts) failed += 1;
  await say(
    output,
    `\n${paint(1, "In the tenant now:")}`,
    `  app        ${facts.appId}`,
    `  connector  ${facts.connectorId}`,
    `  owner      ${facts.userId}`,
    `The server wrote an audit record of each of the ${writes} writes, refused ones too.`,
    ...(failed === 0
      ? [
          paint(32, `All ${DEMO_STEPS.length} steps did what they say, in ${seconds} s.`),
          `\n${paint(1, "Next:")} try it in a client, still without an account: \`${ownCommand()} init CLIENT --sandbox\``,
          `CLIENT is one of ${CLIENT_NAMES.join(", ")}. ${PER_PROJECT} keep servers per project: run it in the project's folder${ownCommand() === NAME ? "" : ", with the whole path of this server"}. For a tenant of your own, leave --sandbox out: init says what is left to do.`,
        ]
      : [paint(31, "The demo failed.")]),
  );
  return failed === 0 ? 0 : 1;
}

async function runStep(
  number: number,
  step: DemoStep,
  session: ClientSession,
  facts: Facts,
  output: Printer,
): Promise<boolean> {
  const { paint } = output;
  const args = step.args(facts);
  await say(
    output,
    `\n${paint(1, `${number}. ${step.title}`)}`,
    `   ${paint(36, step.tool)} ${JSON.stringify(args)}`,
  );
  const started = performance.now();
  const answer = await session.call(step.tool, args);
  const milliseconds = Math.round(performance.now() - started);
  const wrong = step.check(answer, facts);
  await say(
    output,
    ...describe(answer).map((line) => `   ${paint(answer.isError ? 33 : 32, line)}`),
    paint(2, `   ${milliseconds} ms`),
    ...(wrong === undefined ? [] : [paint(31, `   NOT AS EXPECTED: ${wrong}`)]),
  );
  return wrong === undefined;
}

function describe({ isError, text, value }: ToolAnswer): string[] {
  if (isError) return text.trim().split("\n");
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item === "string") return [`${key}: ${item}`];
    const isTable = Array.isArray(item) && item.every((row) => typeof row === "object");
    return isTable
      ? [`${key}:`, ...item.map((row) => `  ${JSON.stringify(row)}`)]
      : [`${key}: ${JSON.stringify(item)}`];
  });
}

function say(output: Printer, ...lines: readonly string[]): Promise<void> {
  return output.say(lines.map((line) => `${line}\n`).join(""));
}
