type State = "value" | "first item" | "first key" | "key" | "colon" | "next" | "end";

const CHARACTERS = String.raw`(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*`;
const SCALAR = new RegExp(String.raw`"${CHARACTERS}"|-?\d[\d.eE+-]*|true|false|null`, "y");
const BEGUN_STRING = new RegExp(String.raw`^"${CHARACTERS}(?:\\(?:u[0-9a-fA-F]{0,3})?)?$`);
const BEGUN_WORD = /^(?:-|t|tr|tru|f|fa|fal|fals|n|nu|nul)$/;

const PAIRS: Readonly<Record<string, string>> = { "{": "}", "[": "]" };
const MAY_CLOSE: Readonly<Record<string, readonly State[]>> = {
  "{": ["next", "first key"],
  "[": ["next", "first item"],
};

/**
 * Whether a text is the beginning of a JSON object, as a process leaves it that dies while writing. Accepts no white space
 * between tokens, because records have none.
 */
export function isBegunObject(text: string): boolean {
  if (!text.startsWith("{")) return false;
  const open: string[] = [];
  let state: State = "value";
  let at = 0;
  while (at < text.length) {
    const mark = text[at] as string;
    const next = step(state, mark, open);
    if (next !== undefined) {
      state = next;
      at += 1;
      continue;
    }
    const isValue = isValueNext(state);
    const isKey = (state === "key" || state === "first key") && mark === '"';
    if (!isValue && !isKey) return false;
    SCALAR.lastIndex = at;
    const scalar = SCALAR.exec(text)?.[0];
    if (scalar === undefined) return isBegunScalar(text.slice(at), isValue);
    at += scalar.length;
    state = isValue ? afterValue(open) : "colon";
  }
  return open.length > 0;
}

/** The state after a punctuation mark; undefined if the mark is not allowed here. */
function step(state: State, mark: string, open: string[]): State | undefined {
  const inside = open.at(-1);
  if (isValueNext(state) && (mark === "{" || mark === "[")) {
    open.push(mark);
    return mark === "{" ? "first key" : "first item";
  }
  if (state === "colon" && mark === ":") return "value";
  if (state === "next" && mark === ",") return inside === "{" ? "key" : "value";
  if (inside === undefined || mark !== PAIRS[inside] || !MAY_CLOSE[inside]?.includes(state)) return undefined;
  open.pop();
  return afterValue(open);
}

const isValueNext = (state: State) => state === "value" || state === "first item";

const afterValue = (open: readonly string[]): State => (open.length === 0 ? "end" : "next");

function isBegunScalar(text: string, mayBeWord: boolean): boolean {
  return BEGUN_STRING.test(text) || (mayBeWord && BEGUN_WORD.test(text));
}
