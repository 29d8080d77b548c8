import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { type AuditRecord, createAudit } from "../../../src/log/audit.ts";
import { createLogger, LOG_LEVELS } from "../../../src/log/logger.ts";
import { createRedactor } from "../../../src/log/redact.ts";

afterEach(() => vi.restoreAllMocks());

const RECORD: AuditRecord = {
  tool: "create_app",
  tenant: "acme.conductor.one",
  principal: "local",
  client: "claude/1.0",
  targets: { displayName: "Acme CRM", owners: ["a", "b"] },
  outcome: "ok",
  changed: "yes",
  dryRun: false,
  status: 200,
  requestId: "req-1",
  durationMs: 12,
};

function capture() {
  const lines: Record<string, unknown>[] = [];
  const stream = { write: (line: string) => lines.push(JSON.parse(line)), on: () => undefined };
  vi.spyOn(pino, "destination").mockReturnValue(stream as unknown as ReturnType<typeof pino.destination>);
  return lines;
}

describe("the audit file", () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("gets one scrubbed JSON line for each record, after what was there", () => {
    capture();
    const file = join(folder, "audit.jsonl");
    writeFileSync(file, "earlier\n");
    const redactor = createRedactor();
    redactor.add("Acme CRM");
    const audit = createAudit(createLogger("silent", redactor), redactor, file);
    audit.ready();
    audit.write(RECORD);
    audit.write({ ...RECORD, outcome: "forbidden", changed: "no" });
    const [earlier, first, second, end] = readFileSync(file, "utf8").split("\n");
    expect([earlier, end]).toEqual(["earlier", ""]);
    expect(JSON.parse(first ?? "")).toMatchObject({ tool: "create_app", targets: { displayName: "***" } });
    expect(JSON.parse(second ?? "")).toMatchObject({
      outcome: "forbidden",
      time: expect.stringMatching(/^20.*Z$/),
    });
  });

  it("that cannot be opened stops a write before it is sent", () => {
    capture();
    const audit = createAudit(
      createLogger("silent", createRedactor()),
      createRedactor(),
      join(folder, "no", "such"),
    );
    expect(() => audit.ready()).toThrow("The audit file cannot be written (ENOENT)");
  });

  it("is not touched before the first write", () => {
    capture();
    const file = join(folder, "untouched.jsonl");
    createAudit(createLogger("silent", createRedactor()), createRedactor(), file);
    expect(existsSync(file)).toBe(false);
  });
});

describe("createAudit", () => {
  it.each(LOG_LEVELS)("writes the whole record at log level %s", (level) => {
    const lines = capture();
    createAudit(createLogger(level, createRedactor()), createRedactor()).write(RECORD);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ...RECORD, level: 30, audit: true, msg: "write" });
  });

  it("leaves the level of the log as it was", () => {
    const lines = capture();
    const logger = createLogger("silent", createRedactor());
    const audit = createAudit(logger, createRedactor());
    logger.fatal("unheard");
    audit.write(RECORD);
    logger.fatal("unheard");
    expect(lines).toHaveLength(1);
  });

  it("is scrubbed like every other line", () => {
    const lines = capture();
    const redactor = createRedactor();
    redactor.add("Acme CRM");
    createAudit(createLogger("info", redactor), redactor).write(RECORD);
    expect(lines[0]?.targets).toEqual({ displayName: "***", owners: ["a", "b"] });
  });
});
