import { createHash, timingSafeEqual } from "node:crypto";
import type { EmaClient } from "../../config/ema-clients.ts";
import type { Uses } from "../../replicas/port.ts";
import { ALGORITHMS, JWT, TOLERANCE_S } from "../explain-jwt.ts";
import { invalidClient, invalidRequest } from "./grant-problem.ts";
import { nameUse } from "./name-use.ts";

const CLIENT_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** Maximum time between signing and sending a client assertion, in seconds. */
const MAX_AGE_S = 300;

/** The supported ways for a client to authenticate, by their registered names. */
export const CLIENT_PROOFS = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

export interface ClientChecks {
  readonly clients: ReadonlyMap<string, EmaClient>;
  /** Accepted audiences of a client's assertion: our issuer or the URL of the token endpoint. */
  readonly audiences: readonly string[];
  readonly uses: Uses;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const NO_KEYS = { keys: [] };

interface Secret {
  readonly id: string;
  readonly secret: string;
}

/**
 * Authenticates the client of a token request and returns its id. Rejects with `GrantProblem`, which does not reveal which
 * clients exist.
 */
export async function proveClient(
  authorization: string | undefined,
  form: URLSearchParams,
  checks: ClientChecks,
): Promise<string> {
  const assertion = form.get("client_assertion");
  const posted = form.get("client_secret");
  const given = [authorization, assertion, posted].filter((proof) => proof !== undefined && proof !== null);
  if (given.length > 1) throw invalidRequest("A client proves itself in one way");
  const id =
    assertion === null
      ? checkSecrets(readSecrets(authorization, form), checks)
      : await checkClientAssertion(assertion, form, checks);
  const named = form.get("client_id");
  if (named !== null && named !== id) throw invalidClient();
  return id;
}

/** The possible readings: clients disagree on whether the two parts of `Basic` are form-encoded. */
function readSecrets(authorization: string | undefined, form: URLSearchParams): Secret[] {
  if (authorization === undefined) {
    return [{ id: form.get("client_id") ?? "", secret: form.get("client_secret") ?? "" }];
  }
  const encoded = /^Basic +([\w+/]+=*) *$/i.exec(authorization)?.[1] ?? "";
  const [, id = "", secret = ""] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, "base64").toString("utf8")) ?? [];
  const decoded = new URLSearchParams(`id=${id}&secret=${secret}`);
  return [
    { id, secret },
    { id: decoded.get("id") ?? "", secret: decoded.get("secret") ?? "" },
  ];
}

function checkSecrets(secrets: readonly Secret[], { clients }: ClientChecks): string {
  let found: string | undefined;
  for (const { id, secret } of secrets) {
    const given = createHash("sha256").update(secret).digest();
    // Always compares all of them: the duration must not reveal which one was close.
    for (const wanted of clients.get(id)?.secretDigests ?? [Buffer.alloc(given.length)]) {
      if (timingSafeEqual(given, wanted)) found ??= id;
    }
  }
  if (found === undefined) throw invalidClient();
  return found;
}

/** RFC 7523, 3: signed by the client, about the client, addressed to us, and valid once. */
async function checkClientAssertion(
  assertion: string,
  form: URLSearchParams,
  { clients, audiences, uses, now }: ClientChecks,
): Promise<string> {
  if (form.get("client_assertion_type") !== CLIENT_ASSERTION) {
    throw invalidRequest(`client_assertion_type must be ${CLIENT_ASSERTION}`);
  }
  if (!JWT.test(assertion)) throw invalidClient();
  const { createLocalJWKSet, decodeJwt, jwtVerify } = await import("jose");
  const verify = async () => {
    const id = decodeJwt(assertion).sub ?? "";
    const { payload } = await jwtVerify(assertion, createLocalJWKSet(clients.get(id)?.jwks ?? NO_KEYS), {
      issuer: id,
      subject: id,
      audience: [...audiences],
      algorithms: ALGORITHMS,
      clockTolerance: TOLERANCE_S,
      currentDate: new Date(now()),
      requiredClaims: ["exp", "jti"],
      maxTokenAge: MAX_AGE_S,
    });
    return { id, jti: payload.jti };
  };
  const { id, jti } = await verify().catch(() => {
    throw invalidClient();
  });
  const use = nameUse("client", id, jti);
  if (!(await uses.useOnce("assertion", use, (MAX_AGE_S + 2 * TOLERANCE_S) * 1000))) throw invalidClient();
  return id;
}
