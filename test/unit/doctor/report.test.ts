import { describe, expect, it } from "vitest";
import type { Report } from "../../../src/doctor/finding.ts";
import { formatReport } from "../../../src/doctor/text.ts";

const REPORT: Report = {
  ok: false,
  tenant: "acme.conductor.one",
  checks: [
    { check: "configuration", result: "ok", detail: "all of it" },
    { check: "dns", result: "fail", detail: "no such host", fix: "Correct it." },
    { check: "tools", result: "warn", detail: "unknown", fix: "Ask." },
    { check: "token", result: "skip", detail: "needs dns" },
  ],
};

const plain = (_code: number, text: string) => text;
const colour = (code: number, text: string) => `\u001b[${code}m${text}\u001b[0m`;

describe("the report for people", () => {
  it("is aligned, and readable without colour", () => {
    expect(formatReport(REPORT, plain)).toBe(
      [
        "Tenant: acme.conductor.one",
        "",
        "ok    configuration  all of it",
        "fail  dns            no such host",
        "                     fix: Correct it.",
        "warn  tools          unknown",
        "                     fix: Ask.",
        "skip  token          needs dns",
        "",
        "1 failed, 1 warning.",
        "",
      ].join("\n"),
    );
  });

  it("colours nothing but words, and says the same", () => {
    const coloured = formatReport({ ...REPORT, ok: true }, colour);
    expect(coloured).toContain("\u001b[32mok  \u001b[0m  configuration");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away here
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(formatReport({ ...REPORT, ok: true }, plain));
    expect(coloured).toContain("Nothing known stops the job (1 warning).");
  });
});
