import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ModelOptions, parseModelOptions } from "../../../eval/model/options.ts";
import { runModel } from "../../../eval/model/run.ts";

/*
 * `npm run eval -- --model` with a fake provider, whose model knows one task and ignores all answers.
 */

const KEY = "sk-test-key-0123456789";

let server: Server;
let folder: string;
let baseUrl: string;
const seen: { url: string; headers: IncomingMessage["headers"]; body: Record<string, unknown> }[] = [];
let answer: (body: Record<string, unknown>) => object;

beforeEach(async () => {
  seen.length = 0;
  folder = mkdtempSync(join(tmpdir(), "c1-eval-"));
  server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    const body = JSON.parse(text);
    seen.push({ url: request.url ?? "", headers: request.headers, body });
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer(body)));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((done) => server.close(done));
});

const isFirst = (body: Record<string, unknown>) => !JSON.stringify(body.messages).includes("tool_");

const calling = (name: string, args: object) => ({
  anthropic: (body: Record<string, unknown>) => ({
    content: isFirst(body)
      ? [{ type: "tool_use", id: "t1", name, input: args }]
      : [{ type: "text", text: "Done." }],
  }),
  openai: (body: Record<string, unknown>) => ({
    choices: [
      {
        message: isFirst(body)
          ? {
              content: null,
              tool_calls: [
                { id: "t1", type: "function", function: { name, arguments: JSON.stringify(args) } },
              ],
            }
          : { content: "Done." },
      },
    ],
  }),
});

// The first two tasks by name: "app-accents" and "app-apostrophe".
const right = calling("create_app", { displayName: "Café Über" });

const options = (more: Partial<ModelOptions>): ModelOptions => ({
  provider: "anthropic",
  name: "test-model",
  baseUrl,
  times: 2,
  tasks: 2,
  ...more,
});

describe.each(["anthropic", "openai"] as const)("a model behind the API of %s", (provider) => {
  const env = { ANTHROPIC_API_KEY: KEY, OPENAI_API_KEY: KEY };

  it("runs tasks on their own tenants, each as often as requested", async () => {
    answer = right[provider];
    const table = await runModel(options({ provider, save: folder }), env);
    // It completes the first task every time, and the second never.
    expect(table).toMatch(/\| test-model +\| +2 \| +4 \| +50\.0 % \| +50\.0 % \|/);
    expect(table).toContain("- app-apostrophe: not in the tenant:");
    const [first] = seen;
    expect(JSON.stringify(first?.body)).toContain("Café Über");
    expect(JSON.stringify(first?.body.tools)).toContain("add_connector_user_owner");
    expect(first?.headers["x-api-key"] ?? first?.headers.authorization).toContain(KEY);
    // The second request contains the tool's answer.
    expect(JSON.stringify(seen[1]?.body.messages)).toContain("Created app");

    const files = readdirSync(folder).sort();
    expect(files).toEqual([
      "app-accents.1.json",
      "app-accents.2.json",
      "app-apostrophe.1.json",
      "app-apostrophe.2.json",
    ]);
    for (const file of files) expect(readFileSync(join(folder, file), "utf8")).not.toContain(KEY);

    seen.length = 0;
    const again = await runModel(options({ replay: folder }), {});
    expect(again).toMatch(/\| test-model, replayed +\| +2 \| +4 \| +50\.0 % \| +50\.0 % \|/);
    expect(seen).toEqual([]);
  });

  it("takes its key only from the environment", async () => {
    await expect(runModel(options({ provider }), {})).rejects.toThrow(/_API_KEY is not set/);
    expect(seen).toEqual([]);
  });
});

it("reports the model server's response without the key", async () => {
  answer = () => ({});
  server.removeAllListeners("request");
  server.on("request", (_request, response) => response.writeHead(429).end('{"error": "slow down"}'));
  const run = runModel(options({}), { ANTHROPIC_API_KEY: KEY });
  await expect(run).rejects.toThrow('the model\'s server answered 429: {"error": "slow down"}');
  await expect(run).rejects.not.toThrow(KEY);
});

it("reports what is wrong with its options", async () => {
  expect(() => parseModelOptions(["--model", "--times", "0"])).toThrow("--times and --tasks");
  expect(() => parseModelOptions(["--model", "--key", "x"])).toThrow("--key");
  await expect(runModel(options({ provider: "other" }), {})).rejects.toThrow(
    "must be one of anthropic, openai",
  );
  await expect(runModel(options({ name: undefined }), {})).rejects.toThrow("which model?");
});
