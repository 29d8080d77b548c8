import { basename, relative } from "node:path";
import { NAME } from "../version.ts";

/**
 * How a person starts this program from the folder they are in: by its name if it was started that way, otherwise by the path
 * of its script.
 */
export function ownCommand(script = process.argv[1] ?? "", folder = process.cwd()): string {
  if (basename(script) !== "main.js") return NAME;
  const path = relative(folder, script);
  const shown = path.startsWith("..") ? script : path;
  return `node ${/\s/.test(shown) ? `"${shown}"` : shown}`;
}
