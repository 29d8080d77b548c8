import { cleanText } from "../text.ts";

/** Longest name or version of a client that is kept, in characters, because every log line and audit record contains it. */
const MAX_CLIENT_TEXT = 100;

/** The client's own name for itself, as `name/version`; undefined if it gives none. */
export function describeClient(info: unknown): string | undefined {
  if (typeof info !== "object" || info === null) return undefined;
  const { name, version } = info as { name?: unknown; version?: unknown };
  return `${cleanPart(name)}/${cleanPart(version)}`;
}

function cleanPart(text: unknown): string {
  return typeof text === "string" ? cleanText(text, MAX_CLIENT_TEXT) : "";
}
