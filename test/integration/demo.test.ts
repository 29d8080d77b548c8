import { afterEach, expect, it } from "vitest";
import { killSpawned, spawnServer } from "../support/spawn.ts";

afterEach(killSpawned);

const ID = "[a-zA-Z0-9]{27}";

it("the demo does the whole job and prints the three ids; no colours where there is no terminal", async () => {
  const demo = spawnServer(["demo"]);
  expect(await demo.exit).toBe(0);
  const printed = demo.stdout.join("\n");
  for (const what of ["app", "connector", "owner"])
    expect(printed).toMatch(new RegExp(`^ {2}${what} +${ID}$`, "m"));
  // Two failures show what an assistant learns from one.
  expect(printed.match(/^ +\[[a-z_]+\] /gm)?.length).toBeGreaterThanOrEqual(2);
  expect(printed).not.toContain("NOT AS EXPECTED");
  expect(printed).not.toContain("\u001b");
  expect(demo.stderr).toEqual([]);
});

it("needs no home and takes no settings from where it is started", async () => {
  const demo = spawnServer(["demo"], {
    HOME: "/nowhere",
    CONDUCTORONE_CLIENT_ID: "not an id",
    C1_MCP_WRITE: "x",
  });
  expect(await demo.exit).toBe(0);
});
