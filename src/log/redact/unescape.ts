/** An escaping scheme, and how to undo it. */
interface Scheme {
  readonly mark: string;
  /** Matches an escape, or what is left of one before a cut. */
  readonly pattern: RegExp;
  readonly undo: (found: string) => string;
}

const LETTERS: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Strings of JSON and Go; HTML and XML; URLs. */
const SCHEMES: readonly Scheme[] = [
  {
    mark: "\\",
    pattern:
      /(?:\\x[0-9a-fA-F]{2})+|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\[^uUx…]|\\(?:[uU][0-9a-fA-F]{0,7}|x[0-9a-fA-F]?)?(?=…)/g,
    undo(found) {
      const kind = found[1] ?? "";
      if (kind === "x") return fromBytes(found.slice(2).split("\\x"));
      if (kind !== "u" && kind !== "U") return LETTERS[kind] ?? kind;
      return found.length === (kind === "u" ? 6 : 10) ? fromCode(Number.parseInt(found.slice(2), 16)) : "";
    },
  },
  {
    mark: "&",
    pattern: /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|&[#0-9a-zA-Z]{0,8}(?=…)/g,
    undo(found) {
      if (!found.endsWith(";")) return "";
      const name = found.slice(1, -1);
      if (/^#x/i.test(name)) return fromCode(Number.parseInt(name.slice(2), 16));
      return name.startsWith("#") ? fromCode(Number(name.slice(1))) : (ENTITIES[name] ?? "");
    },
  },
  {
    mark: "%",
    pattern: /(?:%[0-9a-fA-F]{2})+|%[0-9a-fA-F]?(?=…)/g,
    undo: (found) => fromBytes(found.slice(1).split("%")),
  },
];

const ANY_MARK = /[\\&%]/;
const ANY = new RegExp(SCHEMES.map(({ pattern }) => pattern.source).join("|"), "g");

/** Undoes all escapes in a text, of whichever kind: the schemes hardly ever interfere with each other. */
export function unescapeText(text: string): string {
  return ANY_MARK.test(text) ? text.replace(ANY, undo) : text;
}

/** For each character of the unescaped text, its position in the escaped one; then the end. */
export function findOrigins(text: string): number[] {
  const origins: number[] = [];
  let done = 0;
  const copy = (end: number) => {
    for (; done < end; done += 1) origins.push(done);
  };
  for (const { 0: found, index } of text.matchAll(ANY)) {
    copy(index);
    for (let count = undo(found).length; count > 0; count -= 1) origins.push(index);
    done = index + found.length;
  }
  copy(text.length + 1);
  return origins;
}

/** The texts that unescaping can produce if some apparent escapes are not escapes: with each scheme undone or not. */
export function misreadEscapes(text: string): string[] {
  const texts = [text];
  for (const { pattern, undo } of SCHEMES) texts.push(...texts.map((one) => one.replace(pattern, undo)));
  return texts;
}

function undo(found: string): string {
  return SCHEMES.find(({ mark }) => found.startsWith(mark))?.undo(found) ?? found;
}

function fromCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** Drops the remains of a character that was cut apart. */
function fromBytes(bytes: readonly string[]): string {
  return Buffer.from(bytes.join(""), "hex")
    .toString("utf8")
    .replace(/\ufffd$/, "");
}
