import { describe, expect, it } from "vitest";
import { COMMANDS, TOPICS } from "../../../src/cli/args.ts";
import { helpText } from "../../../src/cli/help.ts";
import { HTTP_SETTINGS } from "../../../src/config/http-settings.ts";
import { SETTINGS } from "../../../src/config/schema.ts";

describe("help", () => {
  it.each([undefined, ...COMMANDS, ...TOPICS])("%s: fits a terminal of 80 columns", (page) => {
    for (const line of helpText(page).split("\n")) expect(line.length, line).toBeLessThan(80);
    expect(helpText(page, 80)).toBe(helpText(page));
  });

  it("follows the width of the terminal, between what can be read", () => {
    const widest = (columns: number) =>
      Math.max(
        ...helpText("environment", columns)
          .split("\n")
          .map(({ length }) => length),
      );
    expect(widest(60)).toBeLessThan(60);
    expect(widest(90)).toBeGreaterThan(80);
    expect(widest(300)).toBeLessThan(100);
    expect(helpText("environment", 1)).toBe(helpText("environment", 40));
  });

  it("of the program: one screen, with examples before everything else", () => {
    const lines = helpText().split("\n");
    expect(lines.length).toBeLessThan(40);
    const at = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(at(" demo ")).toBeLessThan(at("Usage:"));
    expect(at("Usage:")).toBeLessThan(at("  stdio "));
    for (const text of [
      "CONDUCTORONE_CLIENT_ID",
      "CONDUCTORONE_CLIENT_SECRET_FILE",
      "help environment",
      "help COMMAND",
    ])
      expect(at(text), text).toBeGreaterThan(0);
  });

  it("of the environment: every setting", () => {
    for (const { env } of Object.values(SETTINGS)) expect(helpText("environment")).toContain(`\n  ${env}`);
  });

  it("of the environment: the variables that are not this server's own", () => {
    for (const name of ["HTTPS_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "OTEL_EXPORTER_OTLP_ENDPOINT"])
      expect(helpText("environment").split("Only for http:")[1]).toContain(name);
  });

  it("of the environment: in groups, the credential first, each setting once", () => {
    const text = helpText("environment");
    expect(text.match(/^ {2}\w+/gm)).toHaveLength(Object.keys(SETTINGS).length);
    const headings = ["Credential and tenant:", "Writes and secrets:", "This process:", "Only for http:"];
    const places = ["  CONDUCTORONE_CLIENT_ID", ...headings].map((line) => text.indexOf(`\n${line}`));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places[0]).toBeLessThan(text.indexOf("CONDUCTORONE_ACCESS_TOKEN"));
    for (const { env } of Object.values(HTTP_SETTINGS))
      expect(text.indexOf(`\n  ${env}`), env).toBeGreaterThan(text.indexOf("\nOnly for http:"));
    expect(text.split("Only for http:")[1]?.match(/^ {2}\w+/gm)).toHaveLength(
      Object.keys(HTTP_SETTINGS).length,
    );
    expect(places.slice(1)).toEqual(places.slice(1).toSorted((a, b) => a - b));
  });

  it("knows 130 only where Ctrl-C is not the way to end the command well", () => {
    const interrupted = COMMANDS.filter((command) => helpText(command).includes("130"));
    expect(interrupted).toEqual(["demo", "doctor", "init", "audit"]);
  });

  it("of a command, in a clone: says how the command is written there", () => {
    for (const command of COMMANDS) {
      expect(helpText(command, 80, "node dist/main.js")).toBe(
        `${helpText(command)}\nHere, write \`node dist/main.js\` in place of c1-admin-mcp.\n`,
      );
      expect(helpText(command)).not.toContain("in place of");
    }
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
