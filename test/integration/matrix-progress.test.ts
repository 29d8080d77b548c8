import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundleFixture } from "../fixture/bundle.ts";
import { connect, isLegacy, KINDS, type Progress, type Target, type TestClient } from "../fixture/clients.ts";
import { type SpawnedScript, spawnScript } from "../fixture/script.ts";
import { logsIn } from "../fixture/tenant.ts";
import { until } from "../support/until.ts";

let folder: string;
let script: string;
let http: SpawnedScript;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "c1-fixture-"));
  script = await bundleFixture(folder);
  http = spawnScript(script, ["http"]);
  await until("the address of the fixture server", () => logsIn(http.stderr).some((line) => "url" in line));
  url = String(logsIn(http.stderr).find((line) => "url" in line)?.url);
});

afterAll(async () => {
  http.kill();
  await rm(folder, { recursive: true });
});

const CELLS = KINDS.flatMap((kind) =>
  (["stdio", "http"] as const).flatMap((transport) =>
    [true, false].map((forms) => ({ kind, transport, forms })),
  ),
);

describe.each(CELLS)("$kind over $transport, elicitation: $forms", ({ kind, transport, forms }) => {
  let client: TestClient;

  beforeAll(async () => {
    const { PATH = "", HOME = "" } = process.env;
    const stdio = { command: process.execPath, args: [script, "stdio"], env: { PATH, HOME } };
    const target: Target = transport === "http" ? { url } : stdio;
    client = await connect(kind, target, forms);
  });

  afterAll(() => client.close());

  const heard = (what: string) => {
    const lines = logsIn(transport === "http" ? http.stderr : client.stderr);
    return lines.filter(({ fixture }) => fixture === what).length;
  };

  it("receives all progress in order", async () => {
    const updates: Progress[] = [];
    const onprogress = (update: Progress) => void updates.push(update);
    const { text } = await client.call("test_tool_with_progress", {}, { onprogress });
    expect(text).toContain("Done");
    expect(updates.map(({ progress, total }) => [progress, total])).toEqual([
      [0, 100],
      [50, 100],
      [100, 100],
    ]);
    expect(updates[1]?.message).toBe("50 of 100");
  });

  it("receives progress while the call is running", async () => {
    const updates: Progress[] = [];
    const onprogress = (update: Progress) => void updates.push(update);
    const gone = new AbortController();
    const call = client.call("test_wait", {}, { onprogress, signal: gone.signal });
    await until("progress of a call that has not ended", () => updates.length === 1);
    gone.abort("the test has seen enough");
    await expect(call).rejects.toThrow();
  });

  it("passes on rich content and a tool's failure", async () => {
    const { content } = await client.call("test_multiple_content_types", {});
    expect(content.map(({ type }) => type)).toEqual(["text", "image", "resource"]);
    expect(await client.call("test_error_handling", {})).toMatchObject({ isError: true });
  });

  // In the 2025 era over HTTP, a cancellation has no way to reach the call; see matrix-cancel.
  if (isLegacy(kind) && transport === "http") return;

  it("passes its cancellation to the tool's signal", async () => {
    const before = { waiting: heard("waiting"), cancelled: heard("cancelled") };
    const gone = new AbortController();
    const call = client.call("test_wait", {}, { signal: gone.signal });
    await until("the tool to wait", () => heard("waiting") > before.waiting);
    expect(heard("cancelled")).toBe(before.cancelled);
    gone.abort("the test gave up");
    await expect(call).rejects.toThrow();
    await until("the tool to be cancelled", () => heard("cancelled") > before.cancelled);
    // The connection stays usable.
    expect((await client.call("test_simple_text", {})).text).toContain("simple text");
  });
});
