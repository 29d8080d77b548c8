import type { Suite } from "./suite.ts";
export const inspector: Suite = { name: "inspector", what: "", checks: [] };
