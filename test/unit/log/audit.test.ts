import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Attempt, type AuditRecord, createAudit } from "../../../src/log/audit.ts";
import { createLogger, LOG_LEVELS } from "../../../src/log/logger.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { auditRecordLost } from "../../../src/log/signals.ts";

afterEach(() => vi.restoreAllMocks());

const ATTEMPT: Attempt = {
  write: "3f0e5c1a-0000-4000-8000-000000000000",
  tool: "create_app",
  tenant: "acme.conductor.one",
  principal: "local",
  client: "claude/1.0",
  targets: { displayName: "Acme CRM", owners: ["a", "b"] },
};

const RECORD: AuditRecord = {
  ...ATTEMPT,
  outcome: "ok",
  changed: "yes",
  dryRun: false,
  status: 200,
  requestId: "req-1",
  durationMs: 12,
};

/** @param texts gets the lines as they are written. */
function capture(texts: string[] = []) {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => {
    texts.push(line);
    lines.push(JSON.parse(line));
  };
  const stream = { write, on: () => undefined };
  vi.spyOn(pino, "destination").mockReturnValue(stream as unknown as ReturnType<typeof pino.destination>);
  return lines;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("says who did it, when, and to which objects, whatever somebody typed as a secret", () => {
  const lines = capture();
  const file = join(folder, "typed.jsonl");
  const redactor = createRedactor();
  const by = { principal: "user:00u1abcd2efgh", credential: "team-sales-7" };
  const caller = {
    issuer: "https://login.acme.example",
    subject: "00u1abcd2efgh",
    email: "mal@acme.example",
  };
  const ids = { appId: "2n9zIbgYiOcF1AJoc65jb0LI6v5", owners: ["2blqQvXSVhpglvqomKjZPi61NkU"] };
  const typed = [...Object.values(by), ...Object.values(caller), ids.appId, ...ids.owners];
  for (const value of [...typed, new Date().toISOString().slice(0, 10), "Acme CRM"]) redactor.add(value);
  const audit = createAudit(createLogger("silent", redactor), redactor, file);
  audit.intend({ ...ATTEMPT, ...by, caller, targets: { ...ids, displayName: "Acme CRM" } });
  const [, stored] = readFileSync(file, "utf8").split("\n");
  for (const record of [JSON.parse(stored ?? ""), lines.at(-1)])
    expect(record).toMatchObject({
      ...by,
      caller,
      targets: { ...ids, displayName: "***" },
      time: expect.stringMatching(/^20.*Z$/),
    });
});

describe("the audit file", () => {
  it("gets one masked JSON line per record, after existing ones", () => {
    capture();
    const file = join(folder, "audit.jsonl");
    writeFileSync(file, "earlier\n");
    const redactor = createRedactor();
    redactor.add("Acme CRM");
    const audit = createAudit(createLogger("silent", redactor), redactor, file);
    audit.intend(ATTEMPT);
    audit.write({ ...RECORD, outcome: "forbidden", changed: "no" });
    const [earlier, start, first, second, end] = readFileSync(file, "utf8").split("\n");
    expect([earlier, end]).toEqual(["earlier", ""]);
    const time = expect.stringMatching(/^20.*Z$/);
    const targets = { displayName: "***", owners: ["a", "b"] };
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const chain = JSON.parse(start ?? "").chain;
    expect(JSON.parse(start ?? "")).toMatchObject({ time, record: "start", seq: 0, pid: process.pid, hash });
    const link = { chain, seq: 1, prev: JSON.parse(start ?? "").hash, hash };
    expect(JSON.parse(first ?? "")).toEqual({ ...ATTEMPT, ...link, time, record: "intent", targets });
    const outcome = { time, record: "outcome", outcome: "forbidden", chain, seq: 2 };
    expect(JSON.parse(second ?? "")).toMatchObject(outcome);
  });

  it("contains the same as stderr, where every field is there once", () => {
    const texts: string[] = [];
    const lines = capture(texts);
    const file = join(folder, "both.jsonl");
    const audit = createAudit(createLogger("silent", createRedactor()), createRedactor(), file);
    audit.intend(ATTEMPT);
    audit.write(RECORD);
    const kept = readFileSync(file, "utf8").trim().split("\n");
    for (const [index, line] of kept.entries()) {
      expect(lines[index]).toMatchObject(JSON.parse(line));
    }
    expect(lines.map(({ msg }) => msg)).toEqual(["audit records begin", "sending a write", "write"]);
    expect(kept).toHaveLength(3);
    for (const [index, text] of texts.entries()) expect(text).toBe(`${JSON.stringify(lines[index])}\n`);
  });

  it("that cannot be opened stops a write before it is sent, and stderr does not report an intent", () => {
    const lines = capture();
    const audit = createAudit(
      createLogger("silent", createRedactor()),
      createRedactor(),
      join(folder, "no", "such"),
    );
    expect(() => audit.intend(ATTEMPT)).toThrow(
      "The file that C1_MCP_AUDIT_FILE names cannot be written (ENOENT)",
    );
    expect(lines).toEqual([]);
  });

  it("that is not a regular file stops it, too, with the reason", () => {
    capture();
    const audit = createAudit(createLogger("silent", createRedactor()), createRedactor(), folder);
    expect(() => audit.intend(ATTEMPT)).toThrow(
      "The file that C1_MCP_AUDIT_FILE names cannot be written (it is a folder, not a regular file), so the write was not sent.",
    );
  });

  it("that does not accept an outcome: stderr gets it with a warning, and it is counted", () => {
    const lines = capture();
    const lost = vi.fn();
    const end = auditRecordLost.listen(lost);
    const file = join(folder, "taken-away.jsonl");
    const audit = createAudit(createLogger("silent", createRedactor()), createRedactor(), file);
    audit.intend(ATTEMPT);
    expect(lost).not.toHaveBeenCalled();
    rmSync(file);
    mkdirSync(file);
    audit.write(RECORD);
    end();
    expect(lost).toHaveBeenCalledOnce();
    expect(lines).toMatchObject([
      { record: "start" },
      { record: "intent" },
      { record: "outcome", write: ATTEMPT.write },
      { level: 50, msg: "the audit file could not be written", write: ATTEMPT.write },
    ]);
  });

  it("is not touched before the first write", () => {
    capture();
    const file = join(folder, "untouched.jsonl");
    createAudit(createLogger("silent", createRedactor()), createRedactor(), file);
    expect(existsSync(file)).toBe(false);
  });
});

describe("createAudit", () => {
  it.each(LOG_LEVELS)("writes complete records at log level %s", (level) => {
    const lines = capture();
    const audit = createAudit(createLogger(level, createRedactor()), createRedactor());
    audit.intend(ATTEMPT);
    audit.write(RECORD);
    expect(lines).toHaveLength(2);
    const common = { level: 30, audit: true };
    expect(lines[0]).toMatchObject({ ...ATTEMPT, ...common, record: "intent", msg: "sending a write" });
    expect(lines[1]).toMatchObject({ ...RECORD, ...common, record: "outcome", msg: "write" });
  });

  it("leaves the log's own level unchanged", () => {
    const lines = capture();
    const logger = createLogger("silent", createRedactor());
    const audit = createAudit(logger, createRedactor());
    logger.fatal("unheard");
    audit.write(RECORD);
    logger.fatal("unheard");
    expect(lines).toHaveLength(1);
  });

  it("is masked like every other line", () => {
    const lines = capture();
    const redactor = createRedactor();
    redactor.add("Acme CRM");
    createAudit(createLogger("info", redactor), redactor).write(RECORD);
    expect(lines[0]?.targets).toEqual({ displayName: "***", owners: ["a", "b"] });
  });
});

describe("an oversized record", () => {
  function keep(record: Partial<AuditRecord>) {
    const lines = capture();
    const redactor = createRedactor();
    createAudit(createLogger("info", redactor), redactor).write({ ...RECORD, ...record });
    return lines[0] ?? {};
  }
  const owners = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padStart(27, "u"));

  it("gets its texts cut, and names the cut fields", () => {
    const record = keep({
      client: "c".repeat(201),
      principal: "p".repeat(200),
      targets: { displayName: "n".repeat(5_000), appId: "a".repeat(27) },
    });
    expect(record).toMatchObject({
      client: `${"c".repeat(199)}…`,
      principal: "p".repeat(200),
      targets: { displayName: `${"n".repeat(199)}…`, appId: "a".repeat(27) },
      cut: ["client", "targets.displayName"],
    });
  });

  it("lists as many owners as an app may have, and counts the rest of longer lists", () => {
    expect(keep({ targets: { owners: owners(32) } })).toMatchObject({ targets: { owners: owners(32) } });
    const record = keep({ targets: { owners: owners(300) } });
    expect(record).toMatchObject({
      targets: { owners: [...owners(37), "… 263 more"] },
      cut: ["targets.owners"],
    });
  });

  it("has a few kilobytes at most, whatever goes in", () => {
    const long = "\u{1f600}".repeat(100_000);
    const targets = { displayName: long, appId: long, catalogId: long, owners: Array(1_000).fill(long) };
    const record = keep({ client: long, principal: long, requestId: long, tenant: long, targets });
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(8 * 1024);
    expect(JSON.stringify(record)).not.toContain("\ufffd\ufffd");
  });

  it("does not claim a cut if there was none", () => {
    expect(keep({})).not.toHaveProperty("cut");
  });

  it("shows nothing of a secret that a cut goes through", () => {
    capture();
    const file = join(folder, "cut.jsonl");
    const redactor = createRedactor();
    redactor.add("s3cr3t-of-the-tenant");
    const displayName = `${"n".repeat(197)}s3cr3t-of-the-tenant`;
    createAudit(createLogger("info", redactor), redactor, file).intend({
      ...ATTEMPT,
      targets: { displayName },
    });
    expect(readFileSync(file, "utf8")).not.toContain("s3");
  });
});
