import { pino } from "pino";
import { expect } from "vitest";
import { Failure, type FailureCode } from "../../src/errors.ts";
import type { Attempt, AuditRecord } from "../../src/log/audit.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import type { ToolContext } from "../../src/tools/context.ts";
import type { Tool } from "../../src/tools/define.ts";
import type { ToolDeps, ToolResult } from "../../src/tools/job.ts";
import { runTool } from "../../src/tools/run.ts";
import { type Behaviour, createFakeApi, writesOf } from "./fake-api.ts";
import { createFakeClock } from "./fake-clock.ts";

export const TENANT = "acme.conductor.one";

/** A caller who receives progress and agrees to everything. */
export const CALLER: Omit<ToolContext, "signal"> = {
  principal: "local",
  progress: () => undefined,
  ask: async () => "accepted",
};

const noSecret = async (name: string): Promise<never> => {
  throw new Failure("not_configured", `The server has no secret ${name}.`);
};

/** Runs tools on a fake tenant, and gives access to everything that they recorded. */
export function createBench(behaviour: Behaviour = {}, changes: Partial<ToolDeps> = {}) {
  const api = createFakeApi(behaviour);
  const clock = createFakeClock();
  const intents: Attempt[] = [];
  const audits: AuditRecord[] = [];
  const logs: Record<string, unknown>[] = [];
  const logger =
    changes.logger ?? pino({ level: "trace" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const deps: ToolDeps = {
    tenant: TENANT,
    connect: async () => api,
    switches: { readOnly: false, tools: undefined, writes: { default: "allow", byTool: {} } },
    shared: createLocalShared(clock),
    stopping: new AbortController().signal,
    audit: {
      intend: (attempt) => void intents.push(attempt),
      write: (record) => void audits.push(record),
    },
    logger,
    redactor: createRedactor(),
    secrets: { inline: false, read: noSecret, names: async () => [] },
    clock,
    timeoutMs: 45_000,
    ...changes,
  };
  const run = (tool: Tool, args: unknown, context: Partial<ToolContext> = {}): Promise<ToolResult> =>
    runTool(tool, args, { ...CALLER, signal: new AbortController().signal, ...context }, deps);

  return {
    api,
    clock,
    intents,
    audits,
    logs,
    deps,
    run,
    argsOf: api.argsOf,
    /** Advances the time until the work is done. */
    async lapse<T>(work: Promise<T>): Promise<T> {
      let done = false;
      const end = () => {
        done = true;
      };
      work.then(end, end);
      while (!done) {
        await new Promise(setImmediate);
        clock.advance(250);
      }
      return work;
    },
    /** Names of the writes that reached the tenant. */
    sent: () => writesOf(api),
    /** Runs a call that must succeed; returns its structured result, checked against the text form and the output schema. */
    async succeed(
      tool: Tool,
      args: unknown,
      context?: Partial<ToolContext>,
    ): Promise<Record<string, unknown>> {
      const { content, structuredContent, isError } = await run(tool, args, context);
      expect(isError, content[0].text).toBeUndefined();
      expect(structuredContent).toEqual(JSON.parse(content[0].text));
      expect(tool.output.strict().parse(structuredContent)).toEqual(structuredContent);
      return structuredContent as Record<string, unknown>;
    },
    /** Runs a call that must fail; returns its text. */
    async fail(tool: Tool, args: unknown, context?: Partial<ToolContext>): Promise<string> {
      const { content, structuredContent, isError } = await run(tool, args, context);
      expect(isError, content[0].text).toBe(true);
      expect(structuredContent).toBeUndefined();
      expect(content).toHaveLength(1);
      return content[0].text;
    },
  };
}

/** Checks that invalid arguments are refused: each named field is reported, and nothing reaches the tenant. */
export async function expectRefused(tool: Tool, args: unknown, ...problems: string[]): Promise<void> {
  const bench = createBench();
  const text = await bench.fail(tool, args);
  expect(text).toMatch(/^\[invalid_arguments\] /);
  expect(text).toContain("Nothing was changed.");
  for (const problem of problems) expect(text).toContain(problem);
  expect(text.match(/^- /gm)?.length ?? 0).toBe(problems.length);
  expect(bench.api.reached).toEqual([]);
}

/** Checks that an unknown name appears only in the bodies of searches, and that nothing is sent. */
export async function expectNotFound(tool: Tool, args: unknown, field: string): Promise<void> {
  const bench = createBench();
  expect(await bench.fail(tool, args)).toMatch(new RegExp(`^\\[not_found\\] ${field}: `));
  const reached = bench.api.reached.map(({ name, args: sent }) => [name, sent] as const);
  for (const [name, sent] of reached) {
    expect(name).toMatch(/^(?:search|list|get)/);
    // A path may contain ids only.
    for (const part of sent) if (typeof part === "string") expect(part).toMatch(/^[A-Za-z0-9]{27}$/);
  }
}

/** Values that are neither an id nor a name. */
export const NOT_NAMES: readonly unknown[] = [
  "",
  " ",
  "\u0000",
  "a\nb",
  `${"a".repeat(27)}\n`,
  "half \ud83d",
  null,
  27,
  ["a".repeat(27)],
  {},
];

/** Texts that could do harm in a path. Where a name is accepted, they are unknown names. */
export const STRANGE_NAMES: readonly string[] = [
  ".",
  "..",
  "a/b",
  "../apps",
  "%2e%2e",
  "%2F",
  "é".repeat(27),
  "a".repeat(26),
  "a".repeat(28),
  "a".repeat(1_000),
];

/** Values that are no id, and must never reach a path. */
export const NOT_IDS: readonly unknown[] = [...NOT_NAMES, ...STRANGE_NAMES];

/** C1's refusal of a write. */
export const refusedWrite =
  (code: FailureCode, message: string, status = 400) =>
  async (): Promise<never> => {
    throw new Failure(code, message, { status, requestId: "req-no" });
  };

/** A write without a response. */
export async function lostWrite(): Promise<never> {
  throw new Failure("outcome_unknown", "The connection broke.", { changed: "maybe", next: "Look." });
}
