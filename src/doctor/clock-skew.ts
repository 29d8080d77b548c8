import type { Credential } from "../config/credential.ts";
import type { Arrival } from "./connection.ts";
import { formatDuration } from "./credential.ts";
import { type CheckOutcome, fail, ok, warn } from "./finding.ts";

const WARN_S = 30;

/** Assertions are valid for two minutes in either direction; C1 refuses anything beyond. */
const FAIL_S = 100;

/** Seconds by which this machine is ahead of the tenant; negative if it is behind. */
export interface Skew {
  readonly seconds: number;
}

/** Compares this machine's clock with the tenant's, which is taken from the date of a response. */
export function checkClock({ date, at }: Arrival, credential: Credential): CheckOutcome<Skew> {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs))
    return { findings: [warn("the tenant's answer bears no date: the clock was not compared")] };
  // The header has whole seconds, so it is half a second behind on average.
  const seconds = Math.round((at - theirs - 500) / 1000);
  const value = { seconds };
  const off = Math.abs(seconds);
  const side = seconds > 0 ? "ahead of" : "behind";
  if (off <= WARN_S) return { findings: [ok(`within ${Math.max(1, off)} s of the tenant's`)], value };
  const detail = `this machine's clock is ${formatDuration(seconds)} ${side} the tenant's`;
  const fix = "Set the clock: switch automatic time (NTP) on, then run doctor again.";
  const matters = off > FAIL_S && credential.kind !== "access_token";
  const why = matters ? "; C1 takes signed assertions only within 2 min" : "";
  return { findings: [(matters ? fail : warn)(detail + why, fix)], value };
}
