import { describe, expect, it } from "vitest";
import { Failure, type FailureDetails, formatFailure } from "../../../src/errors.ts";

describe("formatFailure", () => {
  const UNKNOWN = "Whether anything was changed is not known.";

  it.each<[string, FailureDetails, string]>([
    ["It broke.", {}, "[internal] It broke. Nothing was changed."],
    ["It broke", { next: "Try again" }, "[internal] It broke. Nothing was changed. Try again."],
    ["Why? ", { next: " Ask!" }, "[internal] Why? Nothing was changed. Ask!"],
    ["It broke.", { changed: "maybe" }, `[internal] It broke. ${UNKNOWN}`],
    ["It broke (C1).", { changed: "maybe", next: "Look." }, `[internal] It broke (C1). ${UNKNOWN} Look.`],
    ["Wrong:\n- a: is required\n", {}, "[internal] Wrong:\n- a: is required\nNothing was changed."],
  ])("%j with %j", (what, details, text) => {
    expect(formatFailure(new Failure("internal", what, details))).toBe(text);
  });

  it("shows neither the cause nor the status nor the request id", () => {
    const failure = new Failure("rejected", "C1 said no.", {
      cause: new Error("inner"),
      status: 418,
      requestId: "req-1",
    });
    expect(formatFailure(failure)).toBe("[rejected] C1 said no. Nothing was changed.");
  });
});

describe("Failure", () => {
  it("says that nothing was changed unless stated otherwise", () => {
    const failure = new Failure("not_found", "Nobody.");
    expect(failure).toMatchObject({ name: "Failure", code: "not_found", message: "Nobody.", changed: "no" });
    expect("cause" in failure).toBe(false);
  });

  it("keeps every detail", () => {
    const details = {
      next: "Wait.",
      changed: "maybe",
      status: 429,
      requestId: "req-2",
      retryAfterSeconds: 7,
      reason: "dpop_required",
      quote: "too fast",
      cause: new Error("inner"),
    } as const;
    expect(new Failure("rate_limited", "Too fast.", details)).toMatchObject(details);
    expect(new Failure("rate_limited", "Too fast.", details).with({ what: "No." })).toMatchObject(details);
  });
});
