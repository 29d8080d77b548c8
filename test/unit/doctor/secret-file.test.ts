import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/start.ts";
import { examine, variablesOf } from "./bench.ts";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

describe("a secret in a file", () => {
  it("is told by the file's name", async () => {
    const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = variablesOf(sandbox);
    const { of, failed } = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: import.meta.filename });
    expect(of("configuration").map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^CONDUCTORONE_CLIENT_SECRET=\*\*\* \(file .*secret-file\.test\.ts\)$/),
    );
    expect(failed).toMatchObject({ check: "credential" });
  });

  it("that is not there is told once, and is not called ok anywhere", async () => {
    const { CONDUCTORONE_CLIENT_SECRET: _secret, ...rest } = variablesOf(sandbox);
    const { checks, of } = await examine({ ...rest, CONDUCTORONE_CLIENT_SECRET_FILE: "/nowhere/secret" });
    expect(checks.filter(({ detail }) => detail.includes("CONDUCTORONE_CLIENT_SECRET"))).toEqual([
      expect.objectContaining({ check: "configuration", result: "fail" }),
    ]);
    expect(of("credential")).toEqual([
      { check: "credential", result: "skip", detail: "needs configuration" },
    ]);
    expect(of("connection")).toMatchObject([{ result: "ok" }]);
    expect(of("token")).toMatchObject([{ result: "skip" }]);
  });
});
