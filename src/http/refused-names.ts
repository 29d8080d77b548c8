import type { Logger } from "../log/logger.ts";
import { cleanText } from "../text.ts";

/** Receives a Host or Origin that was refused. */
export type ReportRefused = (header: keyof typeof SETTINGS, name: string) => void;

/** What to set so that a name is accepted. */
const SETTINGS = { Host: "C1_MCP_ALLOWED_HOSTS", Origin: "C1_MCP_ALLOWED_ORIGINS" } as const;

/** Anybody can send any number of names, also longer ones. */
const MAX_PER_HOUR = 20;
const MAX_LENGTH = 100;
const HOUR_MS = 3_600_000;

/** Logs each refused name once an hour, because the caller is not told which setting lacks it. */
export function createRefusedNames(logger: Logger, now = () => performance.now()): ReportRefused {
  const told = new Set<string>();
  let since = now();
  return (header, name) => {
    if (now() - since >= HOUR_MS) {
      told.clear();
      since = now();
    }
    const shown = cleanText(name, MAX_LENGTH);
    const key = `${header} ${shown}`;
    if (told.size >= MAX_PER_HOUR || told.has(key)) return;
    told.add(key);
    const setting = SETTINGS[header];
    const message = `a request was refused: ${setting} does not name its ${header}`;
    const rest = told.size === MAX_PER_HOUR ? "; further ones are not logged for an hour" : "";
    logger.warn({ [header.toLowerCase()]: shown, setting }, message + rest);
  };
}
