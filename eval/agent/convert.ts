/** Converts a value to another JSON type; undefined if it would not mean the same. */
export function convert(value: unknown, wanted: string): unknown {
  switch (wanted) {
    case "array":
    case "list":
      return Array.isArray(value) ? value : (parse(value, Array.isArray) ?? [value]);
    case "object":
    case "map":
      return isMap(value) ? value : parse(value, isMap);
    case "number":
    case "integer":
      return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
        ? Number(value)
        : undefined;
    case "boolean":
    case "true":
      return { true: true, false: false }[String(value)];
    case "string":
    case "text":
      return toText(value);
    default:
      return undefined;
  }
}

function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const parts = typeof value === "object" && value !== null ? Object.values(value) : [];
  return parts.length === 1 ? toText(parts[0]) : undefined;
}

function parse<T>(value: unknown, is: (parsed: unknown) => parsed is T): T | undefined {
  if (typeof value !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return is(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The only option that equals the value apart from case and punctuation; otherwise the only one that starts or ends with it. */
export function chooseOption(value: string, options: readonly string[]): string | undefined {
  const wanted = fold(value);
  if (wanted === "") return undefined;
  for (const fits of [
    (option: string) => option === wanted,
    (option: string) => option.endsWith(wanted) || wanted.endsWith(option),
    (option: string) => option.startsWith(wanted) || wanted.startsWith(option),
  ]) {
    const found = options.filter((option) => fits(fold(option)));
    if (found.length === 1) return found[0];
  }
  return undefined;
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
