import { createHash, randomBytes } from "node:crypto";

/** The pattern that the API quotes when it refuses an id. */
export const ID_PATTERN = "^[a-zA-Z0-9]{27}$";
const id = new RegExp(ID_PATTERN);
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The epoch of KSUIDs, in seconds since the Unix epoch. */
const KSUID_EPOCH_SECONDS = 1_400_000_000;

export function isId(text: string): boolean {
  return id.test(text);
}

/** Creates a new KSUID: four bytes of time and sixteen random ones, in base 62. */
export function mintId(nowMs: number): string {
  const seconds = Math.max(0, Math.floor(nowMs / 1000) - KSUID_EPOCH_SECONDS);
  return encodeId(seconds, randomBytes(16));
}

/** Derives the same id from the same text every time, for generated rows. */
export function deriveId(text: string): string {
  return encodeId(320_000_000, createHash("sha256").update(text).digest().subarray(0, 16));
}

function encodeId(seconds: number, payload: Buffer): string {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(seconds % 2 ** 32);
  let rest = BigInt(`0x${Buffer.concat([head, payload]).toString("hex")}`);
  let text = "";
  while (rest > 0n) {
    text = DIGITS.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text.padStart(27, "0");
}
