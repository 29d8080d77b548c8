import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/log/redact.ts";
import { cpuMs } from "../../support/cpu-time.ts";

const PEM =
  "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+abc/def=\nQkFTRTY0\n-----END PRIVATE KEY-----\n";

/** The ways a secret can be written down in what leaves the process. */
const SPELLINGS: Record<string, (secret: string) => string> = {
  plain: (secret) => secret,
  JSON: (secret) => JSON.stringify({ key: secret }),
  "JSON in JSON": (secret) => JSON.stringify({ body: secret }).slice(1),
  URL: (secret) => `https://x.example/?a=${encodeURIComponent(secret)}&b=1`,
  form: (secret) => new URLSearchParams({ a: "1", client_secret: secret }).toString(),
};

describe("redact", () => {
  it.each(Object.entries(SPELLINGS))("masks a secret spelt as %s", (_name, spell) => {
    const { add, redact } = createRedactor();
    const secret = 'p@ss "wörd"\\ /+&=%41\t!';
    add(secret);
    const shown = redact(`before ${spell(secret)} after`);
    expect(shown).toBe(`before ${spell("SECRET").replace("SECRET", "***")} after`);
  });

  it("masks each line of a key, joined in whatever way", () => {
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

  it("masks the longer of two secrets that contain each other whole", () => {
    for (const secrets of [
      ["inner", "the-inner-one"],
      ["the-inner-one", "inner"],
    ]) {
      const { add, redact } = createRedactor();
      for (const secret of secrets) add(secret);
      expect(redact("a the-inner-one b inner c")).toBe("a *** b *** c");
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

  it("is quick on a huge text that is all cuts and beginnings", () => {
    const { add, redact } = createRedactor();
    for (let index = 0; index < 50; index += 1) add(`hunter-number-${index}-${"x".repeat(200)}`);
    const started = cpuMs();
    expect(redact("hunt…".repeat(200_000))).toBe("***…".repeat(200_000));
    redact("…".repeat(1_000_000));
    expect(cpuMs() - started).toBeLessThan(2_000);
  });

  it("leaves texts of up to three characters alone", () => {
    const { add, redact } = createRedactor();
    add("abc");
    add("");
    add("a\nb\nabcd");
    expect(redact("abc a b abcd")).toBe("abc a b ***");
  });

  it("takes a secret that is not well-formed text", () => {
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

describe("add and forget", () => {
  it("forgets at once, and a second call of the same forget does nothing", () => {
    const { add, redact } = createRedactor();
    const first = add("shared-secret");
    const second = add("shared-secret");
    first();
    first();
    expect(redact("shared-secret")).toBe("***");
    second();
    expect(redact("shared-secret")).toBe("shared-secret");
  });

  it("keeps a spelling that another secret shares", () => {
    const { add, redact } = createRedactor();
    add("line-one");
    const forget = add("line-one\nline-two");
    forget();
    expect(redact("line-one line-two")).toBe("*** line-two");
  });
});

describe("redactValue", () => {
  it("scrubs strings and keys at any depth, and keeps everything else", () => {
    const { add, redactValue } = createRedactor();
    for (const secret of ["true", "1234", "null", "hidden-key"]) add(secret);
    const value = {
      flag: true,
      count: 1234,
      nothing: null,
      missing: undefined,
      list: ["true", 1234, ["x 1234"]],
      "hidden-key": { deep: "null" },
    };
    expect(redactValue(value)).toStrictEqual({
      flag: true,
      count: 1234,
      nothing: null,
      missing: undefined,
      list: ["***", 1234, ["x ***"]],
      "***": { deep: "***" },
    });
    expect(value.list[0]).toBe("true");
  });
});

describe("any secret in any text", () => {
  // With a piece of the mask in it, a secret could be made up of what masking leaves behind.
  const secret = fc
    .string({ unit: "grapheme", minLength: 4, maxLength: 30 })
    .filter((text) => !text.includes("*") && text.trim().length >= 4);
  const around = fc.string({ unit: "grapheme", maxLength: 20 });

  it("does not come through in any spelling", () => {
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

  it("does come through once all who registered it have forgotten it", () => {
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
