/** What a field holds, as text. A file that somebody edited can hold anything, such as an object with a `toString` of its own. */
export function showField(value: unknown): string {
  return Array.isArray(value) ? value.map(showOne).join(", ") : showOne(value);
}

function showOne(value: unknown): string {
  return typeof value === "object" && value !== null ? "{…}" : String(value ?? "");
}
