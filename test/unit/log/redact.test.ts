import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/log/redact.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const PEM =
  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+abc/def=\nQkFTRTY0\n-----END PRIVATE KEY-----\n";

/** Spellings of a secret in the output of the process. */
const SPELLINGS: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ key: secret }),
  "JSON in JSON": (secret) => JSON.stringify({ body: secret }).slice(1),
  URL: (secret) => `https://x.example/?a=${encodeURIComponent(secret)}&b=1`,
  form: (secret) => new URLSearchParams({ a: "1", client_secret: secret }).toString(),
};

describe("redact", () => {
  it.each(Object.entries(SPELLINGS))("masks a secret encoded as %s", (_name, spell) => {
    const { add, redact } = createRedactor();
    const secret = 'p@ss "wörd"\\ /+&=%41\t!';
    add(secret);
    const shown = redact(`before ${spell(secret)} after`);
    expect(shown).toBe(`before ${spell("SECRET").replace("SECRET", "***")} after`);
  });

  it("masks each line of a key, however the lines are joined", () => {
    const { add, redact } = createRedactor();
    add(PEM);
    expect(redact(`key: ${PEM}.`)).toBe("key: ***.");
    for (const joint of ["\n", "\r\n", "\\n", "%0A", " ", " > "]) {
      const shown = redact(PEM.split("\n").join(joint));
      expect(shown).not.toMatch(/MC4|QkFT|PRIVATE/);
    }
  });

  it("masks a secret whose surrounding white space was trimmed", () => {
    const { add, redact } = createRedactor();
    add("  hunter22\n");
    expect(redact("got hunter22.")).toBe("got ***.");
  });

  it("masks the longer of two nested secrets completely", () => {
    for (const secrets of [
      ["in-ner-22", "the-in-ner-22-one"],
      ["the-in-ner-22-one", "in-ner-22"],
    ]) {
      const { add, redact } = createRedactor();
      for (const secret of secrets) add(secret);
      expect(redact("a the-in-ner-22-one b in-ner-22 c")).toBe("a *** b *** c");
    }
  });

  it("masks the beginning of a secret where a text was cut", () => {
    const { add, redact } = createRedactor();
    add("hunter22-and-more");
    add('quo"ted-secret');
    expect(redact("a hunter22-a… b hunt… c hunter22-and-more…")).toBe("a ***… b ***… c ***…");
    expect(redact('{"a": "quo\\"te…"}')).toBe('{"a": "***…"}');
    add("tick-tick-boom");
    expect(redact("tick-tick…")).toBe("***…");
    expect(redact("a hun… hunter hunter22 … b")).toBe("a hun… hunter hunter22 … b");
  });

  it("is fast on a huge text full of cuts and beginnings", () => {
    const { add, redact } = createRedactor();
    for (let index = 0; index < 50; index += 1) add(`hunter-number-${index}-${"x".repeat(200)}`);
    const started = cpuMs();
    expect(redact("hunt…".repeat(200_000))).toBe("***…".repeat(200_000));
    redact("…".repeat(1_000_000));
    expect(cpuMs() - started).toBeLessThan(2_000);
  });

  it("masks everything that overlapping secrets cover", () => {
    const { add, redact } = createRedactor();
    add("first-half-and-middle");
    add("middle-and-second-half");
    expect(redact("a first-half-and-middle-and-second-half b")).toBe("a *** b");
  });

  it("ignores texts of up to seven characters, or of fewer if configured", () => {
    const { add, redact } = createRedactor();
    add("hunter2");
    add("");
    add("a\nbcdefgh\nabcdefgh");
    expect(redact("hunter2 a bcdefgh abcdefgh")).toBe("hunter2 a bcdefgh ***");
    const lower = createRedactor(4);
    lower.add("abc");
    lower.add("abcd");
    expect(lower.redact("abc abcd")).toBe("abc ***");
  });

  it("accepts a secret that is not well-formed text", () => {
    const { add, redact } = createRedactor();
    expect(() => add("half\ud83dpair")).not.toThrow();
    expect(redact("x half\ud83dpair y")).toBe("x *** y");
  });

  it.each([
    ["C1 client secret", 'got {"s":"secret-token:conductorone.com:v1:eyJrIjoi"}', 'got {"s":"***"}'],
    ["bearer header", "authorization: Bearer abc.DEF-123_~+/=", "authorization: ***"],
    ["DPoP header", "DPoP eyJ0eXAiOi", "***"],
    ["JSON Web Token", "token eyJhbGciOi.eyJzdWIiOi.c2ln-_ end", "token *** end"],
    ["unsigned JSON Web Token", "token eyJhbGciOi.eyJzdWIiOi. end", "token *** end"],
    ["ordinary words", "a bearer of news, eyJ and secrets", "a bearer of news, eyJ and secrets"],
  ])("recognises unregistered secrets: %s", (_name, text, shown) => {
    expect(createRedactor().redact(text)).toBe(shown);
  });
});

/** Spellings by other programs, which are more than ours. */
const FOREIGN_SPELLINGS: Record<string, (secret: string) => string> = {
  base64: (secret) => Buffer.from(secret).toString("base64"),
  "base64 without padding": (secret) => Buffer.from(secret).toString("base64").replace(/=+$/, ""),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "base64 of user:secret": (secret) => Buffer.from(`user:${secret}`).toString("base64"),
  "base64url of u:secret:more": (secret) => Buffer.from(`u:${secret}:more`).toString("base64url"),
  "base64 of me:secret": (secret) => Buffer.from(`me:${secret}`).toString("base64"),
  "base64 in a URL": (secret) => encodeURIComponent(Buffer.from(secret).toString("base64")),
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "hex in capitals": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "a URL in small letters": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "a URL with everything escaped": (secret) =>
    [...Buffer.from(secret)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "a form in small letters": (secret) =>
    new URLSearchParams({ "": secret }).toString().replace(/%../g, (code) => code.toLowerCase()),
  "JSON of PHP": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
  "JSON in ASCII": (secret) =>
    JSON.stringify(secret).replace(
      /[^ -~]|[&<>]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  "JSON in JSON": (secret) => JSON.stringify(JSON.stringify(secret)),
  "a quoted string of Go": (secret) =>
    JSON.stringify(secret).replace(
      /[^ -~]/g,
      (letter) => `\\U${letter.charCodeAt(0).toString(16).padStart(8, "0")}`,
    ),
  "bytes of Go": (secret) =>
    [...Buffer.from(secret)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  HTML: (secret) =>
    secret.replace(
      /[&<>"']/g,
      (letter) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[letter] ?? "&#39;",
    ),
  "HTML by numbers": (secret) =>
    secret.replace(/[^a-z]/g, (letter) => `&#x${letter.charCodeAt(0).toString(16)};`),
  "another case": (secret) => secret.toUpperCase(),
};

describe("a secret in foreign text", () => {
  const SECRET = "p@ss/w0rd'<\"+&\\> wörd%41";
  const KEY = "kLm0pQr5tUv+X/z==";

  it.each(Object.entries(FOREIGN_SPELLINGS))("%s", (_name, spellOut) => {
    const { add, redact, redactValue } = createRedactor();
    add(SECRET);
    add(KEY);
    for (const secret of [SECRET, KEY]) {
      const text = `before ${spellOut(secret)} after`;
      for (const shown of [redact(text), redactValue(text)]) {
        // Text beside the secret in the same encoded text, and the quotes around it, may stay.
        expect(shown).toMatch(/^before ["\\=]*[\w+/]{0,8}\*\*\*[\\"]* after$/);
      }
    }
  });

  it.each(Object.entries(FOREIGN_SPELLINGS))("%s, truncated", (_name, spellOut) => {
    const { add, redact } = createRedactor();
    add(SECRET);
    const whole = spellOut(SECRET);
    for (let length = Math.ceil(whole.length * 0.8); length < whole.length; length += 1) {
      expect(redact(`${whole.slice(0, length)}…`)).toMatch(/^["\\=]*[\w+/]{0,8}\*\*\*[\\"]*…$/);
    }
  });

  it("in another case is masked only if that cannot be chance", () => {
    const { add, redact } = createRedactor();
    add("Hunter-22");
    expect(redact("hunter-22 HUNTER-22 Hunter-22")).toBe("hunter-22 HUNTER-22 ***");
  });

  it("of any length is masked to the end of its encoding", () => {
    const { add, redact } = createRedactor();
    const long = "0123456789abcdef".repeat(4096);
    add(long);
    for (const encoding of ["base64", "base64url", "hex"] as const)
      expect(redact(`x ${Buffer.from(`me:${long}`).toString(encoding)} y`)).toMatch(/^x \w{0,6}\*\*\* y$/);
  });
});

describe("the last safety net", () => {
  const ID = "2lGIUK2jAaY37lX5PrbNgg9KGoo";

  it.each([
    "outcome_unknown",
    "create_connector",
    "connectorId",
    "administrator",
    "Connector",
    "SECRETS_DIR",
    "NOT_FOUND",
  ])("keeps a secret that is a word, such as %s, in our sentences but not in foreign text", (word) => {
    const { add, redact, redactValue } = createRedactor();
    add(word);
    const own = { [word]: `[${word}] We say ${word}.` };
    expect(redactValue(own)).toEqual(own);
    if (word.length >= 8) expect(redact(`bad ${word}`)).toBe("bad ***");
  });

  it("masks a secret that is not a word, even if it contains words", () => {
    const { add, redactValue } = createRedactor();
    for (const secret of ["hunter22", "correct horse battery", "sk_live_a1b2c3", "aBcDEfGhIjKl"]) {
      add(secret);
      expect(redactValue({ text: `x ${secret}` })).toEqual({ text: "x ***" });
    }
  });

  it("keeps an id that contains a short secret, and masks one that is a secret", () => {
    const { add, redact, redactValue } = createRedactor();
    add(ID.slice(3, 12));
    const texts = [ID, `app "x" [${ID}]`, `/api/v1/apps/${ID}/connectors`];
    expect(redactValue(texts)).toEqual(texts);
    expect(redactValue([`${ID}0`, `-${ID.slice(3, 12)}-`])).toEqual(["2lG***7lX5PrbNgg9KGoo0", "-***-"]);
    expect(redact(ID)).toContain("***");
    add(ID);
    expect(redactValue(`got ${ID}`)).toBe("got ***");
  });
});

describe("add and forget", () => {
  it("forgets at once, and a second call of the same function does nothing", () => {
    const { add, redact } = createRedactor();
    const first = add("shared-secret");
    const second = add("shared-secret");
    first();
    first();
    expect(redact("shared-secret")).toBe("***");
    second();
    expect(redact("shared-secret")).toBe("shared-secret");
  });

  it("keeps an encoding that another secret shares", () => {
    const { add, redact } = createRedactor();
    add("line-one");
    const forget = add("line-one\nline-two");
    forget();
    expect(redact("line-one line-two")).toBe("*** line-two");
  });
});

describe("redactValue", () => {
  it("masks strings and keys at any depth, and keeps everything else", () => {
    const { add, redactValue } = createRedactor();
    for (const secret of ["true,true", "12345678", "hidden-key"]) add(secret);
    const value = {
      flag: true,
      count: 12_345_678,
      nothing: null,
      missing: undefined,
      list: ["true,true", 12_345_678, ["x 12345678"]],
      "hidden-key": { deep: "12345678" },
    };
    expect(redactValue(value)).toStrictEqual({
      flag: true,
      count: 12_345_678,
      nothing: null,
      missing: undefined,
      list: ["***", 12_345_678, ["x ***"]],
      "***": { deep: "***" },
    });
    expect(value.list[0]).toBe("true,true");
  });
});

describe("any secret in any text", () => {
  // A secret that contains a part of the mask could be formed by what masking leaves behind.
  const secret = fc
    .string({ unit: "grapheme", minLength: 8, maxLength: 30 })
    .filter((text) => !text.includes("*") && text.trim().length >= 8);
  const around = fc.string({ unit: "grapheme", maxLength: 20 });

  it("is never readable in any encoding", () => {
    fc.assert(
      fc.property(
        fc.array(secret, { minLength: 1, maxLength: 4 }),
        around,
        around,
        (secrets, before, after) => {
          const { add, redact } = createRedactor();
          for (const one of secrets) add(one);
          for (const spell of Object.values(SPELLINGS)) {
            const shown = redact(`${before}${secrets.map(spell).join(after)}${after}`);
            for (const one of secrets) {
              for (const form of [one, JSON.stringify(one).slice(1, -1), encodeURIComponent(one)]) {
                expect(shown.includes(form)).toBe(false);
              }
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is readable once everyone who registered it has forgotten it", () => {
    fc.assert(
      fc.property(secret, fc.integer({ min: 1, max: 4 }), (one, times) => {
        const { add, redact } = createRedactor();
        const forgets = Array.from({ length: times }, () => add(one));
        const text = `<${one}>`;
        const untouched = createRedactor().redact(text);
        for (const forget of forgets) {
          expect(redact(text)).not.toContain(one);
          forget();
        }
        expect(redact(text)).toBe(untouched);
      }),
    );
  });
});
