import type { Suite } from "./suite.ts";
export const codex: Suite = { name: "codex", what: "", checks: [] };
