import fc from "fast-check";

const NASTY = [null, 0, -1, "", "x", true, [], {}, [{}], { form: {} }, "2025-06-18", "2026-07-28", 1e308];
const KEYS = [
  "x",
  "__proto__",
  "_meta",
  "cursor",
  "task",
  "progressToken",
  "title",
  "form",
  "listChanged",
  "params",
];

/** Makes one change somewhere in a message: removes a member, changes a value, or adds one. */
export const anyChange = fc.record({
  at: fc.nat(),
  how: fc.constantFrom("drop" as const, "replace" as const, "add" as const),
  key: fc.constantFrom(...KEYS),
  value: fc.constantFrom<unknown>(...NASTY),
});

type Change = typeof anyChange extends fc.Arbitrary<infer T> ? T : never;

/** The message with one change. */
export function alterMessage(message: object, { at, how, key, value }: Change): object {
  const copy = structuredClone(message) as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const walk = (node: Record<string, unknown>) => {
    for (const [name, member] of Object.entries(node)) {
      places.push([node, name]);
      if (typeof member === "object" && member !== null) walk(member as Record<string, unknown>);
    }
  };
  walk(copy);
  const [node, name] = places[at % places.length] ?? [copy, "params"];
  // Keeps the id: with two requests of one id, the result would depend on whether the first was answered already.
  if (how === "drop" && name !== "id") delete node[name];
  if (how === "replace" && name !== "id") node[name] = value;
  if (how === "add") Object.defineProperty(node, key, { value, enumerable: true, configurable: true });
  return copy;
}
