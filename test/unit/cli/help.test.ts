import { describe, expect, it } from "vitest";
import { COMMANDS } from "../../../src/cli/args.ts";
import { helpText } from "../../../src/cli/help.ts";

describe("help", () => {
  it.each([undefined, ...COMMANDS])("%s: fits a terminal of 80 columns", (command) => {
    for (const line of helpText(command).split("\n")) expect(line.length, line).toBeLessThan(80);
  });

  it("names every command; each has examples before flags, and exit codes", () => {
    for (const command of COMMANDS) {
      expect(helpText()).toMatch(new RegExp(`^  ${command} +\\w`, "m"));
      const own = helpText(command);
      expect(own.indexOf("\n  c1-admin-mcp ")).toBeGreaterThan(0);
      expect(own.indexOf("\n  c1-admin-mcp ")).toBeLessThan(own.indexOf("Usage:"));
      expect(own).toMatch(/^Exit codes:\n {2}0 +\w/m);
    }
  });
});
