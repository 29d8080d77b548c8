import type { Suite } from "./suite.ts";
export const claudeCode: Suite = { name: "claude-code", what: "", checks: [] };
