import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { type Attempt, type Audit, type AuditRecord, createAudit, type Origin } from "../../src/log/audit.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { withTrace } from "../../src/log/trace.ts";
import { ROOT } from "../support/sources.ts";

/** Every field of a record. A new field makes this a type error. */
const ATTEMPT: Required<Attempt> = {
  write: "id",
  tool: "create_app",
  tenant: "acme.conductor.one",
  principal: "local",
  caller: { issuer: "https://login.acme.example", subject: "jane", email: "jane@acme.example" },
  client: "claude/1.0",
  credential: "identity-team",
  targets: { displayName: "n".repeat(1_000) },
};
const RECORD: Required<AuditRecord> = {
  ...ATTEMPT,
  outcome: "ok",
  changed: "yes",
  dryRun: false,
  consent: "client",
  made: "2pX6JUNmFA3TYSYTdjzZuRXkuGN",
  status: 200,
  requestId: "req-1",
  durationMs: 12,
};

const ORIGIN: Origin = { version: "1.2.3", command: "http", settings: { C1_MCP_TOOLS: "t".repeat(1_000) } };

/** Every field that starts, intents and outcomes have in a file that two processes share and that is rotated. */
function fieldsKept(): Readonly<Record<string, string[]>> {
  const folder = mkdtempSync(join(tmpdir(), "audit-records-"));
  const file = join(folder, "audit.jsonl");
  const logger = pino({ level: "silent" }, { write: () => undefined });
  const [one, other] = [1, 2].map(() => createAudit(logger, createRedactor(), file, ORIGIN));
  const turn = (audit: Audit | undefined) =>
    withTrace(`00-${"1".repeat(32)}-${"2".repeat(16)}-01`, () => {
      audit?.intend(ATTEMPT);
      audit?.write(RECORD);
    });
  turn(one);
  turn(other);
  turn(one);
  const texts = [readFileSync(file, "utf8")];
  renameSync(file, `${file}.1`);
  // The first record in a file opens it.
  one?.write(RECORD);
  other?.intend(ATTEMPT);
  one?.intend(ATTEMPT);
  texts.push(readFileSync(file, "utf8"));
  renameSync(file, `${file}.2`);
  one?.intend(ATTEMPT);
  other?.write(RECORD);
  texts.push(readFileSync(file, "utf8"));
  rmSync(folder, { recursive: true });
  const records = texts.flatMap((text) =>
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  const fieldsOf = (kind: string) => [
    ...new Set(records.filter(({ record }) => record === kind).flatMap((record) => Object.keys(record))),
  ];
  return { start: fieldsOf("start"), intent: fieldsOf("intent"), outcome: fieldsOf("outcome") };
}

it("docs/audit.md lists every field and the records that contain it", () => {
  const rows = readFileSync(join(ROOT, "docs", "audit.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, , where]) => ["all", "start", "both", "outcome"].includes(where ?? ""))
    .map(([, names = "", where]) => ({ names: names.match(/\w+/g) ?? [], where }));
  const listed = (where: readonly string[]) =>
    rows.filter((row) => where.includes(row.where ?? "")).flatMap(({ names }) => names);
  const { start = [], intent = [], outcome = [] } = fieldsKept();
  // `opens` is not in the first record of a chain.
  expect([...listed(["all", "start"])].sort()).toEqual([...start, "opens"].sort());
  expect([...listed(["all", "both"])].sort()).toEqual([...intent].sort());
  expect([...listed(["all", "both", "outcome"])].sort()).toEqual([...outcome].sort());
});
