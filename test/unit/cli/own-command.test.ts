import { expect, it } from "vitest";
import { ownCommand } from "../../../src/cli/own-command.ts";

it.each([
  ["in a clone", "/srv/c1/dist/main.js", "/srv/c1", "node dist/main.js"],
  ["from another folder", "/srv/c1/dist/main.js", "/srv/crm", "node /srv/c1/dist/main.js"],
  ["with a blank in its path", "/my work/dist/main.js", "/", 'node "my work/dist/main.js"'],
  ["as a package, by its name", "/usr/local/bin/c1-admin-mcp", "/work", "c1-admin-mcp"],
])("the command that starts this program %s", (_where, script, folder, command) => {
  expect(ownCommand(script, folder)).toBe(command);
});
