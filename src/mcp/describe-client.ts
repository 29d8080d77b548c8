import { cleanText } from "../text.ts";

/** Longest name or version of a client that is kept, in characters: it stands in every log line and audit record. */
const MAX_CLIENT_TEXT = 100;

/** What a client calls itself, as `name/version`; undefined where it does not say. */
export function describeClient(info: unknown): string | undefined {
  if (typeof info !== "object" || info === null) return undefined;
  const { name, version } = info as { name?: unknown; version?: unknown };
  return `${cleanPart(name)}/${cleanPart(version)}`;
}

function cleanPart(text: unknown): string {
  return typeof text === "string" ? cleanText(text, MAX_CLIENT_TEXT) : "";
}
