import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type DestinationStream, pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "../../../src/log/logger.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

let lines: string[];
let destination: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  lines = [];
  const stream = { write: (line: string) => lines.push(line), on: () => undefined };
  destination = vi
    .spyOn(pino, "destination")
    .mockReturnValue(stream as unknown as ReturnType<typeof pino.destination>);
});

afterEach(() => destination.mockRestore());

const parsed = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe("createLogger", () => {
  it("writes one line of JSON per message, with name, version and time", () => {
    const logger = createLogger("info", createRedactor());
    logger.info({ url: "http://x" }, "two\nlines");
    logger.error("plain");
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).toMatch(/^\{.*\}\n$/);
    expect(parsed()[0]).toMatchObject({
      level: 30,
      name: "c1-admin-mcp",
      url: "http://x",
      msg: "two\nlines",
    });
    expect(parsed()[0]?.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(new Date(parsed()[1]?.time as string).getTime()).not.toBeNaN();
  });

  it.each([
    ["trace", 3],
    ["info", 2],
    ["error", 1],
    ["silent", 0],
  ] as const)("level %s passes %i of three messages", (level, count) => {
    const logger = createLogger(level, createRedactor());
    logger.trace("t");
    logger.info("i");
    logger.error("e");
    expect(lines).toHaveLength(count);
  });

  it("is not opened for lines below the level, whose cost a first call would bear", () => {
    const logger = createLogger("warn", createRedactor());
    logger.debug({}, "d");
    logger.child({ tool: "x" }).info("i");
    expect(destination).not.toHaveBeenCalled();
    const talkative = logger.child({ tool: "x" }, { level: "debug" });
    talkative.debug("d");
    talkative.child({}).debug("e");
    expect(lines).toHaveLength(2);
    createLogger("silent", createRedactor()).fatal("f");
    expect(lines).toHaveLength(2);
  });

  it("masks secrets in messages, fields, errors and child bindings", () => {
    const redactor = createRedactor();
    redactor.add("hunter22");
    const logger = createLogger("info", redactor).child({ user: "hunter22" });
    logger.info({ deep: { list: ["a hunter22 b"] } }, "msg hunter22");
    logger.error({ err: new Error("failed with hunter22") }, "boom");
    expect(lines).toHaveLength(2);
    expect(lines.join("")).not.toContain("hunter22");
    expect(parsed()[0]).toMatchObject({ user: "***", deep: { list: ["a *** b"] }, msg: "msg ***" });
  });

  it.each([
    "true",
    "info",
    "level",
    '":"',
    "1234",
    '{"a"',
  ])("writes valid JSON even if the secret is %j", (secret) => {
    const redactor = createRedactor(3);
    redactor.add(secret);
    createLogger("info", redactor).info({ ok: true, count: 1234, text: secret, level: "x" }, secret);
    expect(parsed()).toHaveLength(1);
    expect(parsed()[0]).toMatchObject({ ok: true, count: 1234 });
  });

  it("masks a secret that was registered after the logger was created", () => {
    const redactor = createRedactor();
    const logger = createLogger("info", redactor);
    const forget = redactor.add("late-secret");
    logger.info("late-secret");
    forget();
    logger.info("late-secret");
    expect(parsed().map(({ msg }) => msg)).toEqual(["***", "late-secret"]);
  });

  it("requests a synchronous stderr with a limit on what is not read, and survives its closing", () => {
    const on = vi.fn();
    destination.mockReturnValue({ write: () => true, on } as unknown as DestinationStream);
    const logger = createLogger("info", createRedactor());
    expect(destination).not.toHaveBeenCalled();
    logger.info("the first line");
    expect(destination).toHaveBeenCalledWith({
      dest: 2,
      sync: true,
      maxLength: 16 * 1024 * 1024,
      retryEAGAIN: expect.any(Function),
    });
    const [, handler] = on.mock.calls.find(([event]) => event === "error") ?? [];
    expect(() => handler(new Error("EPIPE"))).not.toThrow();
  });
});

describe("in a real process", () => {
  it("writes only to stderr, including the last line before an exit", async () => {
    const entry = `
      import { createLogger } from "./src/log/logger.ts";
      import { reportCrash } from "./src/log/crash.ts";
      import { createAudit } from "./src/log/audit.ts";
      import { createRedactor } from "./src/log/redact.ts";
      const redactor = createRedactor();
      redactor.add("true-1234");
      const logger = createLogger("silent", redactor);
      logger.fatal("unheard");
      createAudit(logger, redactor).write({
        tool: "true-1234", tenant: "t", principal: "p", outcome: "ok", changed: "yes", dryRun: false, durationMs: 1,
      });
      reportCrash(new Error("unheard"));
      process.exit(3);
    `;
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: ROOT, loader: "ts" },
      bundle: true,
      write: false,
      platform: "node",
      format: "esm",
      packages: "external",
      define: { __VERSION__: '"0.0.0"' },
    });
    const code = outputFiles[0]?.text ?? "";
    const child = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(child.stdout).toBe("");
    const logged = child.stderr
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(logged).toMatchObject([
      { audit: true, tool: "***", changed: "yes", msg: "write" },
      { msg: "crashed" },
    ]);
    expect(child.status).toBe(3);
  });
});
