import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Matches only what we produce: Node's decoder skips foreign characters, so one text would have many spellings. */
const TEXT = /^[\w-]+$/;

/** The content of a sealed text; "bad" if it was not sealed with this key and purpose, whatever the reason. */
export type Opened<T> = { readonly value: T } | "expired" | "bad";

/** Encrypts values for others to keep, who can neither read nor alter them. */
export interface Seal<T> {
  /** @param value anything JSON can represent. The text is base64url: safe in a URL, a cookie and JSON. */
  seal(value: T, ttlMs: number): string;
  open(text: string): Opened<T>;
}

/**
 * Seals with AES-256-GCM. Any process with the same key can open the text, but only for the purpose for which it was sealed.
 * @param key of any length, with at least 32 random characters; undefined for a key that is random for this process.
 * @param purpose a fixed text such as "page link".
 * @param now milliseconds since the epoch.
 */
export function createSeal<T>(
  key: string | undefined,
  purpose: string,
  now: () => number = Date.now,
): Seal<T> {
  const derived = Buffer.from(hkdfSync("sha256", key ?? randomBytes(KEY_BYTES), "", purpose, KEY_BYTES));
  return {
    seal(value, ttlMs) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, derived, nonce);
      // Compressed, because browsers and proxies limit the length of addresses and cookies.
      const plain = deflateRawSync(JSON.stringify([now() + ttlMs, value]));
      const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString("base64url");
    },
    open(text) {
      const bytes = TEXT.test(text) ? Buffer.from(text, "base64url") : Buffer.alloc(0);
      // The last character of a text can have bits that belong to no byte.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== text) return "bad";
      const decipher = createDecipheriv(ALGORITHM, derived, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const plain = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
        const text = inflateRawSync(Buffer.concat(plain)).toString("utf8");
        const [expires, value] = JSON.parse(text) as [number, T];
        return now() < expires ? { value } : "expired";
      } catch {
        return "bad";
      }
    },
  };
}
