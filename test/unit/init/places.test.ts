import { describe, expect, it } from "vitest";
import { CLIENT_NAMES } from "../../../src/init/clients.ts";
import { findConfigFile, findSecretFile, type Surroundings } from "../../../src/init/places.ts";

const LINUX: Surroundings = {
  platform: "linux",
  env: {},
  home: "/home/jane",
  cwd: "/srv/app",
  node: "/usr/bin/node",
};
const MAC: Surroundings = {
  platform: "darwin",
  env: {},
  home: "/Users/jane",
  cwd: "/srv/app",
  node: "/usr/local/bin/node",
};
const WINDOWS: Surroundings = {
  platform: "win32",
  env: { APPDATA: "D:\\Roaming" },
  home: "C:\\Users\\jane",
  cwd: "D:\\work\\app",
  node: "C:\\Program Files\\nodejs\\node.exe",
};

describe("where each client keeps its servers", () => {
  it.each([
    ["linux", LINUX, "/home/jane", "/srv/app", "/"],
    ["macOS", MAC, "/Users/jane", "/srv/app", "/"],
    ["Windows", WINDOWS, "C:\\Users\\jane", "D:\\work\\app", "\\"],
  ])("%s", (_name, at, home, cwd, separator) => {
    const path = (...parts: string[]) => parts.join(separator);
    const found = Object.fromEntries(CLIENT_NAMES.map((client) => [client, findConfigFile(client, at)]));
    expect(found).toMatchObject({
      "claude-code": path(cwd, ".mcp.json"),
      cursor: path(home, ".cursor", "mcp.json"),
      vscode: path(cwd, ".vscode", "mcp.json"),
      codex: path(home, ".codex", "config.toml"),
      gemini: path(home, ".gemini", "settings.json"),
    });
  });

  it.each([
    [LINUX, "/home/jane/.config/Claude/claude_desktop_config.json"],
    [{ ...LINUX, env: { XDG_CONFIG_HOME: "/xdg" } }, "/xdg/Claude/claude_desktop_config.json"],
    [MAC, "/Users/jane/Library/Application Support/Claude/claude_desktop_config.json"],
    [WINDOWS, "D:\\Roaming\\Claude\\claude_desktop_config.json"],
    [{ ...WINDOWS, env: {} }, "C:\\Users\\jane\\AppData\\Roaming\\Claude\\claude_desktop_config.json"],
  ])("Claude Desktop, %#", (at, path) => {
    expect(findConfigFile("claude-desktop", at)).toBe(path);
  });

  it("Codex may use another folder", () => {
    expect(findConfigFile("codex", { ...LINUX, env: { CODEX_HOME: "/opt/codex" } })).toBe(
      "/opt/codex/config.toml",
    );
  });

  it.each([
    [LINUX, "/home/jane/.config/c1-admin-mcp/client-secret"],
    [MAC, "/Users/jane/.config/c1-admin-mcp/client-secret"],
    [WINDOWS, "D:\\Roaming\\c1-admin-mcp\\client-secret"],
  ])("the secret's file, %#", (at, path) => {
    expect(findSecretFile(at)).toBe(path);
  });
});
