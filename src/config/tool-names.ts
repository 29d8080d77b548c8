// `npm run docs` makes this file from src/tools/index.ts.

/** The tools that write: the only ones a confirmation or a block can be set for. */
export const WRITE_TOOL_NAMES = [
  "create_app",
  "create_connector",
  "update_connector",
  "sync_connector",
  "add_connector_user_owner",
] as const;

/** Every tool, in the order clients see them. */
export const TOOL_NAMES = [
  ...WRITE_TOOL_NAMES,
  "find_apps",
  "find_connectors",
  "find_connector_types",
  "find_users",
  "find_policies",
  "whoami",
] as const;
