import fc from "fast-check";

/** One call of the same tool with the same arguments. */
export interface Round {
  /** Time since the end of the previous round. */
  readonly pauseMs: number;
  /** When the client cancels, after the start of the round; undefined if it waits for the answer. */
  readonly cancelMs: number | undefined;
  /**
   * "link": the client shows the link, and the call waits. "task": it shows the link, and asks for the outcome after the call.
   * "handed on": the answer contains the link.
   */
  readonly client: "link" | "task" | "handed on";
}

/** What a person with a link does. */
export type Act = "open" | "send" | "send twice" | "send a wrong code" | "say no" | "decline" | "dawdle";

/** How C1 reacts to a create. */
export type CreateAnswer = "made" | "made, not told" | "not made, not told" | "refused" | "slow";

/** How C1 reacts to a listing of the connectors. */
export type ListAnswer = "shown" | "fails" | "slow";

/** Plain data, so that a counterexample is readable. */
export interface PageSchedule {
  readonly ifExists: "fail" | "reuse" | "create";
  readonly rounds: readonly Round[];
  readonly acts: readonly { readonly pauseMs: number; readonly act: Act }[];
  /** In this order; after the last one, every request succeeds. */
  readonly creates: readonly CreateAnswer[];
  readonly lists: readonly ListAnswer[];
  readonly visibleAfterMs: number;
}

const anyAct = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Act>("send") },
  { weight: 2, arbitrary: fc.constant<Act>("send twice") },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Act>("open", "send a wrong code", "say no", "decline", "dawdle"),
  },
);

/** Random behaviour of the client, the person and the tenant while one secret is requested on the page. */
export const anyPageSchedule: fc.Arbitrary<PageSchedule> = fc.record({
  ifExists: fc.constantFrom("fail", "fail", "reuse", "create"),
  rounds: fc.array(
    fc.record({
      pauseMs: fc.integer({ min: 0, max: 5_000 }),
      cancelMs: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 15_000 }) },
      ),
      client: fc.constantFrom("link", "task", "handed on"),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  acts: fc.array(fc.record({ pauseMs: fc.integer({ min: 0, max: 6_000 }), act: anyAct }), {
    minLength: 1,
    maxLength: 5,
  }),
  creates: fc.array(
    fc.constantFrom<CreateAnswer>("made", "made, not told", "not made, not told", "refused", "slow"),
    { maxLength: 3 },
  ),
  lists: fc.array(fc.constantFrom<ListAnswer>("shown", "shown", "shown", "fails", "slow"), {
    maxLength: 12,
  }),
  visibleAfterMs: fc.constantFrom(0, 0, 0, 1_500, 3_600_000),
});
