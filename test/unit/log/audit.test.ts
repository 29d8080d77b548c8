import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
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

describe("createAudit", () => {
  it.each(LOG_LEVELS)("writes the whole record at log level %s", (level) => {
    const lines = capture();
    createAudit(createLogger(level, createRedactor()))(RECORD);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ ...RECORD, level: 30, audit: true, msg: "write" });
  });

  it("leaves the level of the log as it was", () => {
    const lines = capture();
    const logger = createLogger("silent", createRedactor());
    const audit = createAudit(logger);
    logger.fatal("unheard");
    audit(RECORD);
    logger.fatal("unheard");
    expect(lines).toHaveLength(1);
  });

  it("is scrubbed like every other line", () => {
    const lines = capture();
    const redactor = createRedactor();
    redactor.add("Acme CRM");
    createAudit(createLogger("info", redactor))(RECORD);
    expect(lines[0]?.targets).toEqual({ displayName: "***", owners: ["a", "b"] });
  });
});
