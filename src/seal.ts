import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Only what we write ourselves: Node's decoder skips characters that do not belong, so that one text would have many spellings. */
const TEXT = /^[\w-]+$/;

/** What is in a sealed text; "bad" for one that was not sealed with this key and purpose, whatever the reason. */
export type Opened<T> = { readonly value: T } | "expired" | "bad";

/** Hands something to others to keep, who can neither read nor alter it. */
export interface Seal<T> {
  /** @param value anything that JSON can hold. The text is base64url: fit for a URL, a cookie and a JSON text. */
  seal(value: T, ttlMs: number): string;
  open(text: string): Opened<T>;
}

/**
 * Seals with AES-256-GCM. Any process with the same key opens what another one sealed; what was sealed for one purpose
 * does not open for another.
 * @param key of any length, at least 32 characters of chance; random for this process where there is none.
 * @param purpose a fixed word of ours, such as "page link".
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
      const plain = JSON.stringify([now() + ttlMs, value]);
      const parts = [nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()];
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
        const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, "utf8");
        const [expires, value] = JSON.parse(plain + decipher.final("utf8")) as [number, T];
        return now() < expires ? { value } : "expired";
      } catch {
        return "bad";
      }
    },
  };
}
