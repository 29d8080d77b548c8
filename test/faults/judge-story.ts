import type { AuditRecord } from "../../src/log/audit.ts";
import type { Outcome } from "../support/rig.ts";
import type { WriteCase } from "../support/write-cases.ts";
import type { Said } from "./cells.ts";
import type { Row } from "./contents.ts";
import { wishOf } from "./model-rows.ts";
import type { Held, ModelTenant } from "./model-tenant.ts";
import { type Heard, mustStop } from "./model-transport.ts";
import { CHANGED, idIn } from "./said.ts";
import type { Story } from "./story.ts";

/** How a call on a lying tenant ended. */
export interface Ending {
  readonly story: Story;
  readonly write: WriteCase;
  readonly args: Row;
  readonly tenant: ModelTenant;
  readonly heard: readonly Heard[];
  readonly outcome: Outcome;
  readonly audits: readonly AuditRecord[];
  /** By the clock of the test. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export const TIMEOUT_MS = 45_000;

/** Lists the broken promises, each as a sentence. */
export function judge(ending: Ending, said: Said): string[] {
  return [
    ...judgeClaim(ending, said),
    ...judgeDeed(ending, said),
    ...judgeWords(ending),
    ...judgeAudit(ending, said),
    ...judgeEnd(ending, said),
  ];
}

/** The row that a result is about. If somebody was removed as an owner and added again, the live row. */
function findTold({ tenant, outcome }: Ending): Held | undefined {
  const id = idIn(outcome);
  const rows = tenant.held.filter(({ row }) => (row.id ?? (row.user as Row).id) === id);
  return rows.find(({ row }) => row.deletedAt === null) ?? rows[0];
}

/** What the result claims must exist, must not be deleted, must be what was requested, and must have been created as claimed. */
function judgeClaim(ending: Ending, said: Said): string[] {
  if (said === "not created" || said === "unknown") return [];
  const { write, args } = ending;
  const id = idIn(ending.outcome);
  const held = findTold(ending);
  if (!held) return [`"${said}", but ${JSON.stringify(id)} does not exist`];
  const { row, by } = held;
  const { displayName, description, userIds, ...key } = wishOf(write, args);
  const wish =
    said === "existing" ? { ...key, ...(write.rows === "apps" && { displayName }) } : wishOf(write, args);
  const problems = Object.entries(wish)
    .filter(([field, value]) => value !== undefined && JSON.stringify(row[field]) !== JSON.stringify(value))
    .map(([field]) => `"${said}", but the ${field} of ${id} is not what was asked for`);
  if (row.deletedAt !== null) problems.push(`"${said}", but ${id} is deleted`);
  if (write.rows === "owners") return problems;
  if (said === "created" && by !== "us") problems.push(`"created", but ${id} was made by somebody else`);
  if (said === "recovered" && by === "older") problems.push(`"recovered", but ${id} was there before`);
  return problems;
}

/** At most one object is created, none if the result says so, and none after an incomplete look-up. */
function judgeDeed({ tenant, heard, story, write }: Ending, said: Said): string[] {
  const made = tenant.held.filter(({ by }) => by === "us").length;
  const isCreate = write.rows !== "owners";
  const problems: string[] = [];
  if (made > 1) problems.push(`made ${made} of what was asked for once`);
  if (made > 0 && (said === "not created" || (said === "existing" && isCreate)))
    problems.push(`"${said}", but one was made`);
  const isSent = heard.some(({ stage }) => stage === "write");
  if (isCreate && isSent && story.ifExists !== "create" && mustStop(heard))
    problems.push("created without knowing what is there");
  return problems;
}

/** Every name and id in the answer is true. Objects that no call asks for have "decoy" in their names in all stories. */
function judgeWords(ending: Ending): string[] {
  const { outcome, tenant, args } = ending;
  const { isError, text, value } = outcome;
  const problems = /decoy/i.test(text) ? ["names what nobody asked for"] : [];
  if (isError) {
    const listed = [...text.slice(1).matchAll(/\[([^\]]+)\]/g)].map(([, id]) => id);
    const unknown = listed.filter(
      (id) => !tenant.held.some(({ row }) => row.id === id && row.deletedAt === null),
    );
    return [...problems, ...unknown.map((id) => `lists ${id}, which does not exist`)];
  }
  const truth: Row = { roleSlug: "primary", ...args, ...findTold(ending)?.row };
  const wrong = TOLD.filter((field) => value[field] !== undefined && value[field] !== truth[field]);
  return [...problems, ...wrong.map((field) => `tells the ${field} ${value[field]}`)];
}

/** Fields of a row that results contain besides its id. */
const TOLD = ["displayName", "catalogId", "roleSlug"];

/** There is exactly one audit record, and it agrees with the answer. */
function judgeAudit({ audits, outcome: { isError, text } }: Ending, said: Said): string[] {
  const [record] = audits;
  if (!record || audits.length > 1) return [`${audits.length} audit records`];
  const code = isError ? /^\[(\w+)\]/.exec(text)?.[1] : "ok";
  const isTrue = record.changed === CHANGED[said] && record.outcome === code;
  return isTrue ? [] : [`told ${code}, "${said}"; audited ${record.outcome}, changed: ${record.changed}`];
}

/** The call ends in time, is not "unknown" without a reason, and reports an owner as visible only if C1 shows them. */
function judgeEnd({ story, heard, outcome, tenant, startedAt, endedAt }: Ending, said: Said): string[] {
  const problems: string[] = [];
  const isPlain = story.before === "nothing" && story.meanwhile === "nobody";
  if (isPlain && heard.every(({ rule }) => rule === undefined) && said !== "created")
    problems.push(`"${said}", though nobody lied`);
  if (said === "unknown" && heard.every(({ stage }) => stage !== "write"))
    problems.push(`"unknown", though nothing was sent`);
  if (outcome.value.visible === true && !tenant.held.some(({ shownAt }) => shownAt <= endedAt))
    problems.push("calls an owner visible who is not");
  const tookMs = endedAt - startedAt;
  if (tookMs > TIMEOUT_MS + 1_000 * story.waitSeconds) problems.push(`took ${tookMs} ms`);
  return problems;
}
