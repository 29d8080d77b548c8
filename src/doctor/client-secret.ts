import { createPrivateKey } from "node:crypto";
import { parseSecretKey } from "../c1/auth/client-assertion.ts";
import { parseObject } from "../c1/parse.ts";
import { EXCHANGE_ID_AND_SECRET } from "../config/tenant.ts";
import { type Finding, fail, ok } from "./finding.ts";
import { readClaims } from "./jwt.ts";
import { type Places, VARIABLES } from "./places.ts";

const PREFIX = "secret-token:conductorone.com:v1:";
const COPY_AGAIN = `Copy the secret whole, or make a new credential in C1 (a secret is shown once); it starts with secret-token.`;

/** Whether the text can be a C1 client secret, judged by its form only. Says what it looks like, without showing any of it. */
export function checkClientSecret(secret: string, places: Places = VARIABLES): Finding {
  const name = places.clientSecret;
  const key = parseSecretKey(secret);
  if (key) {
    const public64 = publicPart(key);
    if (public64 === key.x) return ok("the client secret holds an Ed25519 private key");
    return fail(`${name} is damaged: the key in it does not fit together`, COPY_AGAIN);
  }
  const what = secret.startsWith(PREFIX)
    ? describeInside(secret.slice(PREFIX.length))
    : describeOther(secret, places);
  return typeof what === "string" ? fail(`${name} ${what}`, COPY_AGAIN) : what;
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
    return text.startsWith("{") || encoded === ""
      ? `is cut off: it ends after ${PREFIX.length + encoded.length} characters, in the middle of the key`
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

function describeOther(secret: string, places: Places): string | Finding {
  const name = places.clientSecret;
  if (/^[^@\s:]+@[^@\s/]+\/[a-z]+$/.test(secret))
    return fail(`${name} holds a client id: id and secret are swapped`, EXCHANGE_ID_AND_SECRET);
  if (readClaims(secret))
    return fail(
      `${name} holds a token (a JWT), which is a credential of another kind`,
      `Put a C1 access token into ${places.accessToken}, or the token of your identity provider into ${places.oidcToken}.`,
    );
  if (/^secret-token:conductorone\.com:v\d+:/.test(secret))
    return "is of a version that this server does not know";
  if (/^["'].*["']$/.test(secret)) return "stands in quotation marks, which became part of it";
  if (secret.startsWith("-----BEGIN")) return "holds a PEM key, which is a secret of another kind";
  if (PREFIX.startsWith(secret)) return "is cut off: it ends before the key begins";
  if (secret.startsWith("secret-token:")) return "is not of C1, or was changed in copying";
  if (/^(?:conductorone\.com:)?(?:v1:)?ey[A-Za-z0-9_-]+$/.test(secret)) return "lacks its beginning";
  if (/\s/.test(secret)) return "holds blanks or line breaks: something else was copied with it";
  return `does not look like a client secret of C1 (${secret.length} characters): it is a secret of another kind`;
}
