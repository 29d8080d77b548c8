import { expect, it } from "vitest";
import { formatCommand } from "../../../src/init/command.ts";

const NODE = "C:\\Program Files\\nodejs\\node.exe";
const SCRIPT = "C:\\c1\\dist\\main.js";
const format = (platform: NodeJS.Platform, node: string, PATH: string, script = SCRIPT) =>
  formatCommand({ platform, node, env: { PATH } }, script, "doctor cursor");

it.each([
  ["/usr/bin/node", "/opt/c1/dist/main.js", "`/usr/bin/node /opt/c1/dist/main.js doctor cursor`"],
  ["/my apps/node", "/my c1/dist/main.js", '`"/my apps/node" "/my c1/dist/main.js" doctor cursor`'],
])("a command to copy names Node by its path: %s", (node, script, command) => {
  for (const platform of ["linux", "darwin"] as const)
    expect(format(platform, node, "/usr/bin:/my apps", script)).toBe(command);
});

it.each([
  ["the one on PATH", NODE, "C:\\Windows;C:\\Program Files\\nodejs\\", `\`node ${SCRIPT} doctor cursor\``],
  [
    "another than on PATH",
    "D:\\node\\node.exe",
    "C:\\Windows",
    `\`D:\\node\\node.exe ${SCRIPT} doctor cursor\``,
  ],
  ["one that must be quoted", NODE, "C:\\Windows", `\`& "${NODE}" ${SCRIPT} doctor cursor\``],
  ["no PATH", NODE, "", `\`& "${NODE}" ${SCRIPT} doctor cursor\``],
])("a command to copy on Windows begins with no quotation mark, which PowerShell takes for a text: Node is %s", (_which, node, path, command) => {
  expect(format("win32", node, path)).toBe(command);
});

it.each([
  "C:\\Jane Doe\\main.js",
  "C:\\O'Brien\\main.js",
  "C:\\jane(2)\\main.js",
])("a path that a Windows shell would take apart is quoted: %s", (script) => {
  expect(format("win32", NODE, "C:\\Program Files\\nodejs", script)).toBe(
    `\`node "${script}" doctor cursor\``,
  );
});
