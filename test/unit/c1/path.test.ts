import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPath } from "../../../src/c1/path.ts";
import { Failure } from "../../../src/errors.ts";
import { ANY_CHARACTER } from "../../support/any-character.ts";

const TEMPLATE = "/api/v1/apps/{appId}/connectors/{connectorId}";

function build(appId: string): string {
  return buildPath(TEMPLATE, { appId, connectorId: "c" });
}

describe("buildPath", () => {
  it("fills and encodes each segment", () => {
    expect(build("a b?#&=é")).toBe("/api/v1/apps/a%20b%3F%23%26%3D%C3%A9/connectors/c");
    expect(buildPath("/api/v1/apps", {})).toBe("/api/v1/apps");
  });

  it("never treats a value as a placeholder or a replacement pattern", () => {
    expect(build("{connectorId}$&$1")).toBe("/api/v1/apps/%7BconnectorId%7D%24%26%241/connectors/c");
  });

  it.each([
    ["empty", ""],
    ["blank", "  "],
    ["a dot", "."],
    ["two dots", ".."],
    ["a slash", "a/b"],
    ["a backslash", "a\\b"],
    ["a line feed", "a\nb"],
    ["a NUL", "a\u0000"],
    ["a C1 control", "a\u0085"],
    ["encoded dots", "%2e%2E"],
    ["an encoded slash", "a%2Fb"],
    ["a doubly encoded slash", "a%252fb"],
    ["a lone surrogate", "a\ud800"],
    ["too long", "a".repeat(257)],
  ])("refuses a segment that is %s and names it", (_what, value) => {
    expect(() => build(value)).toThrowError(/^appId cannot be used/);
    expect(() => build(value)).toThrowError(
      expect.objectContaining({ code: "invalid_arguments", changed: "no" }),
    );
  });

  it("accepts a segment of 256 characters", () => {
    expect(build("a".repeat(256))).toHaveLength("/api/v1/apps//connectors/c".length + 256);
  });

  it("never escapes from its template", () => {
    const pieces = fc.constantFrom(
      ".",
      "..",
      "/",
      "\\",
      "%",
      "2e",
      "%2e",
      "%2F",
      "?",
      "#",
      "\t",
      "a",
      "é",
      "\udc00",
      ":",
      "@",
    );
    const values = fc.oneof(
      fc.string({ unit: ANY_CHARACTER }),
      fc.string({ unit: "grapheme" }),
      fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(values, values, (appId, connectorId) => {
        let path: string;
        try {
          path = buildPath(TEMPLATE, { appId, connectorId });
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          return;
        }
        const url = new URL(path, "https://acme.conductor.one");
        const segments = url.pathname.split("/");
        expect(url.host + url.search + url.hash).toBe("acme.conductor.one");
        expect(segments).toHaveLength(7);
        expect([segments[4], segments[6]].map((segment) => decodeURIComponent(segment ?? ""))).toEqual([
          appId,
          connectorId,
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});
