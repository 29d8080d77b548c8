import type { JsonObject } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";

/** The one config message C1 takes, as its own Terraform provider sends it. */
const ENVELOPE_TYPE = "type.googleapis.com/c1.api.app.v1.EnvConfig";

/**
 * Puts a plain map into C1's envelope. There every value is text: booleans "true" / "false", lists joined with commas;
 * a nested map becomes key-value items. A map that brings its own `@type` goes through as it is.
 */
export function buildEnvelope(config: Readonly<Record<string, unknown>>): JsonObject {
  if ("@type" in config) return config as JsonObject;
  const configuration = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key, encodeValue(key, value)]),
  );
  return { "@type": ENVELOPE_TYPE, configuration };
}

function encodeValue(key: string, value: unknown): JsonObject {
  if (isScalar(value)) return { stringValue: encodeScalar(key, value) };
  if (Array.isArray(value)) {
    const items = value.map((item) => encodeItem(key, item));
    return { stringValue: encodeScalar(key, items.join(",")) };
  }
  if (typeof value === "object" && value !== null) {
    const items = Object.entries(value).map(([itemKey, item]) => {
      if (!isScalar(item)) throw refuse(key, "must map names to text");
      return { key: itemKey, value: encodeScalar(key, item) };
    });
    return { keyValues: { items } };
  }
  throw refuse(key, "must be text, true, false, a list or a map; leave out what is not set");
}

function encodeItem(key: string, item: unknown): string {
  if (!isScalar(item)) throw refuse(key, "must be a list of texts");
  const text = encodeScalar(key, item);
  if (text.includes(",")) throw refuse(key, "has an entry with a comma, which C1's lists cannot hold");
  return text;
}

function encodeScalar(key: string, value: string | number | boolean): string {
  // C1 reads an empty text as "erase this field".
  if (value === "") throw refuse(key, "is empty; leave out what is not set");
  return String(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "boolean" || Number.isFinite(value);
}

/** Names the key, never the value. */
function refuse(key: string, message: string): Failure {
  return new Failure("invalid_arguments", `config.${cleanText(key, 80)}: ${message}.`, {
    next: "Correct it and call again.",
  });
}

/** Every text inside a config, numbers as the text they are sent as: none of them may appear in any output. */
export function configTexts(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)];
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(configTexts);
  return [];
}
