import { describe, expect, it } from "vitest";
import { Failure, type FailureCode, formatFailure } from "../../../src/errors.ts";
import { settleAll } from "../../../src/tools/settle-all.ts";

const fail = (code: FailureCode, what: string, next?: string) =>
  Promise.reject(new Failure(code, what, next === undefined ? {} : { next }));

const caught = (work: readonly unknown[]) =>
  settleAll(work).then(
    () => "nothing failed",
    (error: unknown) => (error instanceof Failure ? formatFailure(error) : error),
  );

describe("pieces of work that are done together", () => {
  it("give their results in order", async () => {
    expect(await settleAll([Promise.resolve(1), undefined, "x"])).toEqual([1, undefined, "x"]);
  });

  it("fail as the only one that fails", async () => {
    expect(await caught([1, fail("not_found", "appId: no such app.", "Look.")])).toBe(
      "[not_found] appId: no such app. Nothing was changed. Look.",
    );
  });

  it("report each argument that is wrong", async () => {
    const work = [
      fail("not_found", "appId: no such app.", "Look."),
      fail("invalid_arguments", "owners.1: is deleted."),
    ];
    expect(await caught(work)).toBe(
      "[not_found] More than one argument is wrong:\n- appId: no such app. Look.\n- owners.1: is deleted.\nNothing was changed. Correct these and call again.",
    );
  });

  it("report once what fails because another piece of work does", async () => {
    const typing = fail("not_found", "catalogId: no such type.");
    expect(await caught([typing, typing.then(() => 1)])).toMatch(/^\[not_found\] catalogId: no such type\./);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      "a failure that no argument mends",
      () => fail("unavailable", "C1 is busy."),
      /^\[unavailable\] C1 is busy\./,
    ],
    ["a cancelled call", () => fail("cancelled", "The call was cancelled."), /^\[cancelled\]/],
  ])("fail as %s, whatever else is wrong", async (_what, other, text) => {
    expect(
      await caught([fail("not_found", "appId: no."), other(), fail("not_found", "owners: no.")]),
    ).toMatch(text);
  });

  it("fail as an error that is none of ours", async () => {
    const error = new Error("a bug");
    expect(await caught([fail("not_found", "appId: no."), Promise.reject(error)])).toBe(error);
  });
});
