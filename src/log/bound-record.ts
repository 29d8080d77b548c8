const MAX_TEXT = 200;

/** Room for as many owners as an app may have, by id. */
const MAX_LIST = 1_000;

const CUT = "…";

type Value = string | number | boolean | readonly string[] | Targets | undefined;
type Targets = Readonly<Record<string, string | readonly string[]>>;

/**
 * Limits a record to a few kilobytes. A text that is too long ends with an ellipsis, a list with the number of omitted items, and
 * `cut` names the affected fields.
 */
export function boundRecord(record: Readonly<Record<string, Value>>): Record<string, unknown> {
  const cut: string[] = [];
  const bound = (value: Value, name: string): unknown => {
    if (typeof value === "string") return boundText(value, () => cut.push(name));
    if (isList(value)) return boundList(value, () => cut.push(name));
    if (typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, bound(item, `${name}.${key}`)]),
    );
  };
  const bounded = Object.fromEntries(Object.entries(record).map(([key, value]) => [key, bound(value, key)]));
  return cut.length > 0 ? { ...bounded, cut } : bounded;
}

function isList(value: Value): value is readonly string[] {
  return Array.isArray(value);
}

function boundText(text: string, onCut: () => void): string {
  if (text.length <= MAX_TEXT) return text;
  onCut();
  return text.slice(0, MAX_TEXT - 1).toWellFormed() + CUT;
}

function boundList(list: readonly string[], onCut: () => void): string[] {
  const kept: string[] = [];
  let room = MAX_LIST;
  for (const item of list) {
    room -= item.length;
    if (room < 0) {
      onCut();
      return [...kept, `${CUT} ${list.length - kept.length} more`];
    }
    kept.push(item);
  }
  return kept;
}
