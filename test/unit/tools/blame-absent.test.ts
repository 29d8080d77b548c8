import { expect, it } from "vitest";
import { Failure, formatFailure } from "../../../src/errors.ts";
import { blameAbsent } from "../../../src/tools/blame-absent.ts";

const refused = new Failure("not_found", "C1 could not create it: not found.", {
  status: 404,
  requestId: "r-1",
});

it("a failure names the arguments whose ids C1 does not know", () => {
  expect(formatFailure(blameAbsent(refused, ["appId", "appId"]) as Failure)).toBe(
    "[not_found] appId: C1 shows nothing with this id. C1 could not create it: not found. Nothing was changed. Give the exact name in place of the id.",
  );
  expect((blameAbsent(refused, ["appId", "owners.1"]) as Failure).message).toBe(
    "C1 could not create it: not found.\n- appId: C1 shows nothing with this id\n- owners.1: C1 shows nothing with this id\n",
  );
  expect(blameAbsent(refused, ["appId"])).toMatchObject({ status: 404, requestId: "r-1" });
});

it.each([
  ["the e-mail address", ["userRefId", "owners.1"]],
  ["the exact name, or a person's e-mail address,", ["appId", "userIds.0"]],
])("advises to give %s", (what, fields) => {
  expect((blameAbsent(refused, fields) as Failure).next).toBe(`Give ${what} in place of the id.`);
});

it("other failures do not name them", () => {
  const others = [
    new Failure("forbidden", "No."),
    new Failure("outcome_unknown", "?", { changed: "maybe" }),
    new Failure("not_found", "?", { changed: "maybe" }),
    new Error("x"),
  ];
  for (const error of others) expect(blameAbsent(error, ["appId"])).toBe(error);
  expect(blameAbsent(refused, [])).toBe(refused);
});
