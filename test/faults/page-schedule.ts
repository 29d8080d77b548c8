import fc from "fast-check";

/** One call of the same tool with the same arguments. */
export interface Round {
  /** After the round before it has ended. */
  readonly pauseMs: number;
  /** After its start; undefined: the client waits for the answer. */
  readonly cancelMs: number | undefined;
  /** "link": the client shows it and the call waits; "handed on": the answer holds the link. */
  readonly client: "link" | "handed on";
}

/** What a person does, one thing after the other, once they have a link. */
export type Act = "open" | "send" | "send twice" | "send a wrong code" | "say no" | "decline" | "dawdle";

/** What C1 does with a create. */
export type CreateAnswer = "made" | "made, not told" | "not made, not told" | "refused" | "slow";

/** What C1 does with a look at the connectors. */
export type ListAnswer = "shown" | "fails" | "slow";

/** Data and words only, so that a counterexample can be read. */
export interface PageSchedule {
  readonly ifExists: "fail" | "reuse" | "create";
  readonly rounds: readonly Round[];
  readonly acts: readonly { readonly pauseMs: number; readonly act: Act }[];
  /** One after the other; then all goes well. */
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

/** Clients, persons and tenants around one secret that is asked for. */
export const anyPageSchedule: fc.Arbitrary<PageSchedule> = fc.record({
  ifExists: fc.constantFrom("fail", "fail", "reuse", "create"),
  rounds: fc.array(
    fc.record({
      pauseMs: fc.integer({ min: 0, max: 5_000 }),
      cancelMs: fc.oneof(
        { weight: 3, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 15_000 }) },
      ),
      client: fc.constantFrom("link", "handed on"),
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
