import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { killSpawned, MAIN, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

const ID = "[a-zA-Z0-9]{27}";

it("the demo does the whole job and prints the three ids, without colours if there is no terminal", async () => {
  const demo = spawnServer(["demo"]);
  expect(await demo.exit).toBe(0);
  const printed = demo.stdout.join("\n");
  for (const what of ["app", "connector", "owner"])
    expect(printed).toMatch(new RegExp(`^ {2}${what} +${ID}$`, "m"));
  // Two steps fail on purpose, to show what an assistant learns from a failure.
  expect(printed.match(/^ +\[[a-z_]+\] /gm)?.length).toBeGreaterThanOrEqual(2);
  expect(printed).not.toContain("NOT AS EXPECTED");
  expect(printed).toMatch(/^Next: .*main\.js init CLIENT --sandbox`$/m);
  expect(printed).toContain(
    "claude-code and vscode keep servers per project: run it in the project's folder, with the whole path of this server.",
  );
  expect(printed).toContain("For a tenant of your own, leave --sandbox out: init says what is left to do.");
  expect(printed).not.toContain("\u001b");
  expect(demo.stderr).toEqual([]);
});

it("the demo needs no home directory and ignores settings of its environment", async () => {
  const demo = spawnServer(["demo"], {
    HOME: "/nowhere",
    CONDUCTORONE_CLIENT_ID: "not an id",
    C1_MCP_WRITE: "x",
  });
  expect(await demo.exit).toBe(0);
});

it.runIf(existsSync("/proc"))("is interrupted quietly, and its server ends with it", async () => {
  const demo = spawnServer(["demo"]);
  await until("the first steps", () => demo.stdout.length > 20);
  const server = childrenOf(demo.pid);
  expect(server).toHaveLength(1);
  demo.kill("SIGINT");
  expect(await demo.exit).toBe(130);
  expect(demo.stdout.slice(-2)).toEqual(["", "Stopped."]);
  expect(demo.stderr).toEqual([]);
  await until("the end of its server", () => !server.some(isRunning));
});

it("the demo ends quietly if its reader disappears", async () => {
  const demo = spawnServer(["demo"]);
  await until("the first line", () => demo.stdout.length > 0);
  demo.closeOutput();
  expect(await demo.exit).toBe(141);
  expect(demo.stderr).toEqual([]);
});

it.runIf(existsSync("/dev/full"))("a full disk is one sentence", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "--help"], {
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  expect(status).toBe(1);
  expect(stderr.toString()).toMatch(/^The output could not be written \(ENOSPC[^\n]+\)\.\n$/);
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
