import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, it } from "vitest";
import { type Attempt, type AuditRecord, createAudit } from "../../src/log/audit.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { withTrace } from "../../src/log/trace.ts";
import { ROOT } from "../support/sources.ts";

/** Everything that a record can hold: one more, and this is an error of types. */
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
  status: 200,
  requestId: "req-1",
  durationMs: 12,
};

/** Fields of the intent and of the outcome, as the file has them. */
function fieldsKept(): string[][] {
  const folder = mkdtempSync(join(tmpdir(), "audit-records-"));
  const file = join(folder, "audit.jsonl");
  const audit = createAudit(pino({ level: "silent" }, { write: () => undefined }), createRedactor(), file);
  withTrace(`00-${"1".repeat(32)}-${"2".repeat(16)}-01`, () => {
    audit.intend(ATTEMPT);
    audit.write(RECORD);
  });
  const lines = readFileSync(file, "utf8").trim().split("\n");
  rmSync(folder, { recursive: true });
  return lines.map((line) => Object.keys(JSON.parse(line)));
}

it("docs/audit.md lists every field, and in which records it is", () => {
  const rows = readFileSync(join(ROOT, "docs", "audit.md"), "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, , where]) => where === "both" || where === "outcome")
    .map(([, names = "", where]) => ({ names: names.match(/\w+/g) ?? [], where }));
  const listed = (where: readonly string[]) =>
    rows.filter((row) => where.includes(row.where ?? "")).flatMap(({ names }) => names);
  const [intent = [], outcome = []] = fieldsKept();
  expect([...listed(["both"])].sort()).toEqual([...intent].sort());
  expect([...listed(["both", "outcome"])].sort()).toEqual([...outcome].sort());
});
