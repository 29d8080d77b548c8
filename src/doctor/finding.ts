/** The checks in order; later ones may need earlier ones. */
export const CHECKS = [
  "entry",
  "configuration",
  "credential",
  "proxy",
  "dns",
  "connection",
  "clock",
  "token",
  "identity",
  "tools",
  "switches",
] as const;

/** Further checks, each made only if what it is about is configured. The last three are named as `/readyz` names them. */
export const TEAM_CHECKS = ["http", "page", "http_token", "oauth_issuer", "shared_store"] as const;
export type CheckName = (typeof CHECKS)[number] | (typeof TEAM_CHECKS)[number];

/** ok: in order. warn: not known to prevent the job. fail: prevents it. skip: could not be checked. */
export type Result = "ok" | "warn" | "fail" | "skip";

/** Whether a check was not reached, because of another finding in the report. */
export function isUnreached({ result, subject, detail }: Finding): boolean {
  return (
    result === "skip" && subject === undefined && CHECKS.some((check) => detail === unreached(check).detail)
  );
}

/** One line of the report: what was found, and what to do about it. */
export interface Finding {
  readonly result: Result;
  /** What the finding is about, if a check says the same of several things: a tool's name. */
  readonly subject?: string;
  readonly detail: string;
  readonly fix?: string;
}

export interface CheckLine extends Finding {
  /** A check may have several lines. */
  readonly check: CheckName;
}

export interface Report {
  /** False if something is known to prevent the job. */
  readonly ok: boolean;
  readonly tenant?: string;
  readonly checks: readonly CheckLine[];
}

/** What a check found, and the value that later checks need from it; without a value they are skipped. */
export interface CheckOutcome<T> {
  readonly findings: readonly Finding[];
  readonly value?: T;
}

export const ok = (detail: string): Finding => ({ result: "ok", detail });
export const skip = (detail: string): Finding => ({ result: "skip", detail });
/** A check that was not reached, because of an earlier one. */
export const unreached = (needed: CheckName): Finding => skip(`needs ${needed}`);
export const warn = (detail: string, fix?: string): Finding => finding("warn", detail, fix);
export const fail = (detail: string, fix?: string): Finding => finding("fail", detail, fix);

function finding(result: Result, detail: string, fix: string | undefined): Finding {
  return { result, detail, ...(fix !== undefined && { fix }) };
}
