import fc from "fast-check";
import type { Lie } from "./lies.ts";

/* Wrong answers that any upstream may give to any request. */

const CODES = [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const STATUSES = [302, 400, 401, 403, 404, 408, 409, 412, 425, 429, 499, 500, 501, 503];
export const HOUR_MS = 3_600_000;

type Said<Kind extends Lie["say"]> = fc.Arbitrary<Extract<Lie, { say: Kind }>>;

export const ANY_STATUS: Said<"status"> = fc.record({
  say: fc.constant("status" as const),
  status: fc.constantFrom(...STATUSES),
  code: fc.constantFrom(...CODES),
});

export const USELESS: Said<"useless"> = fc
  .constantFrom("[]", "null", '"ok"', "", "<!doctype html>")
  .map((body) => ({ say: "useless", body }));

export const NO_ANSWER: Said<"no answer"> = fc.constant({ say: "no answer" });

export const LATE: Said<"late"> = fc.constantFrom(9_000, 30_000).map((ms) => ({ say: "late", ms }));

/** How many requests in a row get a wrong answer. */
export const ANY_TIMES = fc.constantFrom(1, 2, 1_000);

/** How far the tenant's clock is ahead of the server's. */
export const ANY_SKEW_MS = fc.constantFrom(0, 0, HOUR_MS, -HOUR_MS);
