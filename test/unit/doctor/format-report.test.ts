import { describe, expect, it } from "vitest";
import { type Report, unreached } from "../../../src/doctor/finding.ts";
import { formatReport } from "../../../src/doctor/format-report.ts";

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
        "fail  dns       no such host",
        "                fix: Correct it.",
        "warn  tools     unknown",
        "                fix: Ask.",
        "ok    settings  all of it",
        "skip  1 check   not reached: token",
        "",
        "1 failed, 1 warning.",
        "",
      ].join("\n"),
    );
  });

  it("keeps a command whole, further left if it is too long for its column", () => {
    const fix = (command: string) => `Run \`${command}\` again.`;
    const checks = [
      { check: "configuration", result: "fail", detail: "wrong", fix: fix(`node ${"x".repeat(40)}`) },
      { check: "configuration", result: "fail", detail: "worse", fix: fix(`node ${"x".repeat(90)}`) },
    ] as const;
    const lines = formatReport({ ok: false, checks }, plain, 60).split("\n");
    expect(lines.filter((line) => line.includes("xx"))).toEqual([
      `             \`node ${"x".repeat(40)}\``,
      `  \`node ${"x".repeat(90)}\``,
    ]);
  });

  it("adds colour to words only, and says the same", () => {
    const coloured = formatReport({ ...REPORT, ok: true }, colour);
    expect(coloured).toContain("\u001b[32mok  \u001b[0m  settings");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken away here
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(formatReport({ ...REPORT, ok: true }, plain));
    expect(coloured).toContain("\u001b[33mNo problems found (1 warning), but 1 check was not made.\u001b[0m");
  });

  it("merges findings about several tools, and puts each passed check on one line", () => {
    const fix = "C1 documents this for Connector Admin.";
    const checks: Report["checks"] = [
      { check: "tools", result: "warn", subject: "create_connector", detail: "unknown", fix },
      { check: "tools", result: "warn", subject: "update_connector", detail: "unknown", fix },
      { check: "tools", result: "warn", subject: "create_app", detail: "unknown", fix: "Ask." },
      { check: "tools", result: "ok", subject: "find_apps", detail: "yes" },
      { check: "switches", result: "ok", detail: "writes are offered" },
      { check: "switches", result: "ok", detail: "all tools" },
    ];
    const lines = formatReport({ ok: true, checks }, plain).split("\n").slice(2, -3);
    expect(lines).toEqual([
      "warn  tools     create_connector, update_connector: unknown",
      `                fix: ${fix}`,
      "warn  tools     create_app: unknown",
      "                fix: Ask.",
      "ok    tools     find_apps: yes",
      "ok    switches  writes are offered; all tools",
    ]);
  });

  it("fits the terminal's width, and breaks lines only between words", () => {
    const detail = "a host of that name is known to no resolver that this machine asks";
    const report: Report = { ok: false, checks: [{ check: "dns", result: "fail", detail, fix: detail }] };
    const lines = formatReport(report, plain, 40).split("\n");
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(40);
    expect(lines.join(" ").replace(/\s+/g, " ")).toContain(`${detail} fix: ${detail}`);
  });

  it("counts the checks that were not reached, and does not confuse them with what is switched off", () => {
    const missed = (["credential", "token", "tools"] as const).map((check) => ({
      check,
      ...unreached("dns"),
    }));
    const off = { check: "tools", result: "skip", subject: "find_apps", detail: "switched off" } as const;
    expect(
      formatReport({ ok: true, checks: [...missed, off] }, plain)
        .split("\n")
        .slice(2, -3),
    ).toEqual([
      "skip  tools     find_apps: switched off",
      "skip  3 checks  not reached: credential, token, tools",
    ]);
  });
});
