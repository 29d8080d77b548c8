import { describe, expect, it } from "vitest";
import { PARTS, parseOptions, splitCommand } from "../../../bench/options.ts";

describe("the options of the bench", () => {
  it("measure everything by default, and write nothing", () => {
    expect(parseOptions([])).toMatchObject({
      parts: PARTS,
      quick: false,
      write: false,
      dist: "dist",
      peers: [],
    });
  });

  it("choose parts", () => {
    expect(parseOptions(["--only", "start,soak"]).parts).toEqual(["start", "soak"]);
  });

  it("add the part of the peers when there are any", () => {
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

  it("measure less when it is to be quick", () => {
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

  it("take a command apart", () => {
    expect(splitCommand(`node "a b.js" --name 'c d' e`)).toEqual(["node", "a b.js", "--name", "c d", "e"]);
  });
});
