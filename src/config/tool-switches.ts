import { z } from "zod/v3";
import { formatHint, nearestName } from "../nearest.ts";
import { INVALID_VALUE, type ValueFault } from "./problem.ts";
import { TOOL_NAMES, WRITE_TOOL_NAMES } from "./tool-names.ts";

/** A word that may be a mistyped name. A longer or stranger one may be a secret that was pasted into the wrong place. */
const WORD = /^(?:.{0,20}|[a-z_=]{0,40})$/;

const WRITE_MODES = ["allow", "confirm", "block"] as const;
export type WriteMode = (typeof WRITE_MODES)[number];

/** Which writes are allowed, and which need a person's consent. */
export interface WriteModes {
  readonly default: WriteMode;
  readonly byTool: Readonly<Record<string, WriteMode>>;
}

/** `allow`, or `create_app=confirm,create_connector=block`, or both: a bare word applies to all tools that are not named. */
export const writeModes = z.string().transform((text, context): WriteModes => {
  const byTool: Record<string, WriteMode> = {};
  let byDefault: WriteMode | undefined;
  const refuse = (message: string, params?: ValueFault) =>
    void context.addIssue({ code: "custom", message, ...(params && { params }) });
  for (const part of text
    .toLowerCase()
    .split(",")
    .map((piece) => piece.trim())) {
    const [left = "", right, ...rest] = part.split("=").map((word) => word.trim());
    const mode = WRITE_MODES.find((known) => known === (right ?? left));
    if (mode === undefined || rest.length > 0)
      refuse(`${show(part)}: must be allow, confirm or block, or tool=mode`);
    else if (right === undefined && byDefault !== undefined)
      refuse(`${show(part)}: only one mode can be for all tools`);
    else if (right === undefined) byDefault = mode;
    else if (left in byTool) refuse(`"${left}": is there twice`);
    else if (isOneOf(WRITE_TOOL_NAMES, left)) byTool[left] = mode;
    else {
      const nearest = nearestName(left, WRITE_TOOL_NAMES);
      refuse(`${show(left)} is not a tool that writes${formatHint(nearest)}`, unknownTool(nearest));
    }
  }
  return { default: byDefault ?? "allow", byTool };
});

/** Tool names, separated by commas. */
export const toolList = z.string().transform((text, context): readonly string[] => {
  const names = text
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  for (const name of names) {
    if (isOneOf(TOOL_NAMES, name)) continue;
    const nearest = nearestName(name, TOOL_NAMES);
    const message = `${show(name)} is not a tool of this server${formatHint(nearest)}`;
    context.addIssue({ code: "custom", message, params: unknownTool(nearest) });
  }
  return names;
});

const show = (word: string) => (WORD.test(word) ? `"${word}"` : "a long value");

function unknownTool(nearest: string | undefined): ValueFault {
  const fix =
    nearest === undefined ? INVALID_VALUE.fix : (setting: string) => `Write ${nearest} there, in ${setting}.`;
  return { code: "unknown_tool", fix };
}

function isOneOf(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
