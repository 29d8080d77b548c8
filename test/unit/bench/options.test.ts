import { describe, expect, it } from "vitest";
import { PARTS, parseOptions, splitCommand } from "../../../bench/options.ts";

describe("options of the benchmark", () => {
  it("measure everything by default, and write nothing", () => {
    expect(parseOptions([])).toMatchObject({
      parts: PARTS,
      quick: false,
      write: false,
      dist: "dist",
      peers: [],
    });
  });

  it("select parts", () => {
    expect(parseOptions(["--only", "start,soak"]).parts).toEqual(["start", "soak"]);
  });

  it("include the peers if any are given", () => {
    const { parts, peers } = parseOptions([
      "--only",
      "start",
      "--peer",
      "npx -y other",
      "--peer-env",
      "A=b=c",
    ]);
    expect(parts).toEqual(["start", "peers"]);
    expect(peers).toEqual([{ command: ["npx", "-y", "other"], env: { A: "b=c" } }]);
  });

  it("measure less in quick mode", () => {
    expect(parseOptions(["--quick"]).effort.starts).toBeLessThan(parseOptions([]).effort.starts);
  });

  it.each<[string, string[], string]>([
    ["an unknown part", ["--only", "start,speed"], 'no part "speed"'],
    ["an unknown option", ["--fast"], "--fast"],
    ["a quick run for the record", ["--quick", "--write"], "whole runs"],
    ["peers without one", ["--only", "peers"], "--peer"],
    ["an empty peer", ["--peer", " "], "no command"],
    ["a variable without a value", ["--peer", "x", "--peer-env", "NAME"], "NAME=VALUE"],
    ["too few calls", ["--calls", "10"], "--calls"],
    ["calls that are no number", ["--calls", "many"], "--calls"],
  ])("refuse %s", (_what, args, words) => {
    expect(() => parseOptions(args)).toThrow(words);
  });

  it("split a command into words", () => {
    expect(splitCommand(`node "a b.js" --name 'c d' e`)).toEqual(["node", "a b.js", "--name", "c d", "e"]);
  });
});
