import { createPrivateKey } from "node:crypto";
import { IN_QUOTATION_MARKS, isQuoted } from "../../config/client-id.ts";
import { formatCount } from "../../text.ts";
import { parseObject } from "../parse.ts";
import { parseSecretKey } from "./client-assertion.ts";

/** What is wrong with a text that should be a client secret. Never contains any of it. */
export interface SecretFault {
  /** Completes a sentence that begins with the secret's name: "is cut off: …". */
  readonly message: string;
  /** What it is instead, if that changes the advice. */
  readonly kind?: "client_id" | "token" | "quoted";
  /** Whether C1 may still accept it, as a secret in a form that this code does not know. */
  readonly mayBeValid?: true;
}

const PREFIX = "secret-token:conductorone.com:v1:";

/** The beginning of a key as C1 writes it, cut off anywhere. */
const BEGINNING = /^(?:\{(?:"\w+":"[\w-]*",)*(?:"\w*"?|"\w+":"?[\w-]*"?)?)?$/;

/** What to do about a damaged secret. */
export const COPY_SECRET_AGAIN =
  'Copy the secret whole, or make a new credential in C1 (a secret is shown once); it starts with "secret-token:".';

export const REMOVE_QUOTES = "Remove the quotation marks around the secret.";

/** Why a text cannot be a C1 client secret, judged by its form only; undefined if it can. */
export function judgeSecret(secret: string): SecretFault | undefined {
  const key = parseSecretKey(secret);
  if (key) {
    const message = "is damaged: the key in it does not fit together";
    return publicPart(key) === key.x ? undefined : { message };
  }
  // A secret of another kind may begin or end with such a mark, but hardly both.
  const isInMarks = isQuoted(secret.slice(0, 1)) && isQuoted(secret.slice(-1));
  if (isInMarks || (isQuoted(secret) && secret.includes("secret-token:")))
    return { message: IN_QUOTATION_MARKS, kind: "quoted" };
  return secret.startsWith(PREFIX)
    ? { message: describeInside(secret.slice(PREFIX.length)) }
    : describeOther(secret);
}

function publicPart(key: { kty: string; crv: string; x: string; d: string }): string | undefined {
  try {
    return createPrivateKey({ key, format: "jwk" }).export({ format: "jwk" }).x;
  } catch {
    return undefined;
  }
}

function describeInside(encoded: string): string {
  if (/[^A-Za-z0-9_-]/.test(encoded)) return "holds characters that no secret has: it was changed in copying";
  const text = Buffer.from(encoded, "base64url").toString("utf8");
  const jwk = parseObject(text);
  if (!jwk) {
    // The end of a text that was cut off can be part of a character.
    if (BEGINNING.test(text))
      return `is cut off: it ends after ${PREFIX.length + encoded.length} characters, in the middle of the key`;
    return text.startsWith("{")
      ? "is damaged: the key in it cannot be read, so it was changed in copying"
      : "does not hold a key: it was changed in copying";
  }
  if (jwk.kty !== "OKP" || jwk.crv !== "Ed25519")
    return `holds a key of the wrong kind (${kindOf(jwk)}): C1 uses Ed25519`;
  return jwk.d === undefined
    ? "holds only the public half of the key"
    : "is damaged: its key is not complete";
}

function kindOf({ kty, crv }: Record<string, unknown>): string {
  const words = [kty, crv].filter(
    (word): word is string => typeof word === "string" && /^[\w-]{1,12}$/.test(word),
  );
  return words.join(" ") || "unknown";
}

function describeOther(secret: string): SecretFault {
  if (/^[^@\s:]+@[^@\s/]+\/[a-z]+$/.test(secret))
    return { message: "holds a client id: id and secret are swapped", kind: "client_id" };
  if (/^ey[\w-]+\.ey[\w-]+\.[\w-]*$/.test(secret))
    return { message: "holds a token (a JWT), which is a credential of another kind", kind: "token" };
  if (/^secret-token:conductorone\.com:v\d+:/.test(secret))
    return { message: "is of a version that this server does not know", mayBeValid: true };
  if (secret.startsWith("-----BEGIN"))
    return { message: "holds a PEM key, which is a secret of another kind" };
  if (PREFIX.startsWith(secret)) return { message: "is cut off: it ends before the key begins" };
  if (secret.startsWith("secret-token:conductorone.com:"))
    return { message: "lacks its version, or was changed in copying", mayBeValid: true };
  if (secret.startsWith("secret-token:")) return { message: "is not of C1, or was changed in copying" };
  // The end of the prefix, and the key.
  const [, left] = /^(.{0,33}?)ey[\w-]+$/.exec(secret) ?? [];
  if (left !== undefined && PREFIX.endsWith(left)) return { message: "lacks its beginning" };
  if (/\s/.test(secret)) return { message: "holds blanks or line breaks: something else was copied with it" };
  const message = `does not look like a client secret of C1 (${formatCount(secret.length, "character")}): it is a secret of another kind`;
  return { message, mayBeValid: true };
}
