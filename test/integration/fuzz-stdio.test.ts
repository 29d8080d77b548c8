import { once } from "node:events";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { serveStdio } from "../../src/mcp/stdio.ts";
import { anyLine } from "../faults/lines.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { INITIALIZE_PARAMS } from "../support/spawn.ts";
import { until } from "../support/until.ts";

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

type Message = { id?: unknown; error?: unknown; result?: unknown; method?: unknown; jsonrpc?: unknown };

/** A session on streams in memory. `say` sends bytes as one line, `ask` waits for the reply to a request. */
function openSession() {
  const input = new PassThrough();
  const output = new PassThrough();
  const errors: unknown[] = [];
  const logger = pino({ level: "error" }, { write: (line: string) => void errors.push(line) });
  const done = serveStdio({
    registry: rig.registry,
    logger,
    stop: new AbortController().signal,
    input,
    output,
  });
  const answered = new Map<unknown, number>();
  const waiting = new Map<string, (message: Message) => void>();
  let rest = "";
  output.on("data", (chunk: Buffer) => {
    const parts = (rest + chunk.toString("utf8")).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      const message = JSON.parse(line) as Message;
      // Whatever came in, all output is JSON-RPC.
      if (message.jsonrpc !== "2.0") throw new Error(`not JSON-RPC: ${line}`);
      if (message.method === undefined) answered.set(message.id, (answered.get(message.id) ?? 0) + 1);
      waiting.get(String(message.id))?.(message);
    }
  });
  let ids = 0;
  return {
    errors,
    answered,
    say: (line: Buffer) => void input.write(Buffer.concat([line, Buffer.from("\n")])),
    ask(method: string, params: object = {}): Promise<Message> {
      ids += 1;
      const id = `own-${ids}`;
      const reply = new Promise<Message>((resolve) => waiting.set(id, resolve));
      input.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
      return reply.finally(() => waiting.delete(id));
    },
    async close() {
      input.end();
      await done;
    },
  };
}

/** The id of a line that must get a reply, even if the rest of it is wrong. */
function idOf(line: Buffer): unknown {
  try {
    const { jsonrpc, id, method } = JSON.parse(line.toString("utf8")) as Record<string, unknown>;
    return jsonrpc === "2.0" && typeof id === "string" && typeof method === "string" ? id : undefined;
  } catch {
    return undefined;
  }
}

it(
  "random lines: the server keeps responding, writes nothing, and ends with its input",
  async () => {
    const session = openSession();
    await session.ask("initialize", INITIALIZE_PARAMS);
    let lines = 0;
    const property = fc.asyncProperty(anyLine, async (line) => {
      const id = idOf(line);
      const before = session.answered.get(id) ?? 0;
      session.say(line);
      lines += 1;
      if (id !== undefined) {
        await until(`a reply to ${line}`, () => (session.answered.get(id) ?? 0) > before);
      }
      // A server that hangs or has exited would not answer this.
      expect(await session.ask("ping")).toMatchObject({ result: {} });
      rig.logs.length = 0;
    });
    await fc.assert(property, { numRuns: RUNS.inputs });
    expect(lines).toBe(RUNS.inputs);
    const called = await session.ask("tools/call", { name: "whoami", arguments: {} });
    expect(called.result).toHaveProperty("structuredContent");
    await session.close();
    expect(session.errors).toEqual([]);
    expect(rig.writes()).toEqual([]);
  },
  PATIENCE_MS,
);

it(
  "random lines concurrently, in chunks of any size",
  async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    output.resume();
    const logger = pino({ level: "silent" });
    const done = serveStdio({
      registry: rig.registry,
      logger,
      stop: new AbortController().signal,
      input,
      output,
    });
    const sample = fc.sample(fc.tuple(anyLine, fc.integer({ min: 1, max: 5_000 })), RUNS.inputs);
    for (const [line, size] of sample) {
      const bytes = Buffer.concat([line, Buffer.from("\n")]);
      for (let at = 0; at < bytes.length; at += Math.max(size, bytes.length >> 4)) {
        if (!input.write(bytes.subarray(at, at + Math.max(size, bytes.length >> 4))))
          await once(input, "drain");
      }
    }
    input.end();
    await done;
    expect(rig.writes()).toEqual([]);
  },
  PATIENCE_MS,
);
