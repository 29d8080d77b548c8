import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createC1Client } from "../../../src/c1/client.ts";
import { type Failure, formatFailure } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createSecretMemory } from "../../../src/log/secret-memory.ts";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";
import {
  call,
  connect,
  failureOf,
  json,
  mint,
  type Respond,
  type Seen,
  type Stub,
  startStub,
} from "./stub-tenant.ts";

let stub: Stub;

beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

const jwk = createKeyPair().privateJwk;
const SECRET = `secret-token:conductorone.com:v1:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
const TOKEN = "canary-token-Zq81";
const CONFIG_VALUE = "canary-config-Kx72";

/** The worst possible server, which quotes everything that it was sent. */
const echoApi: Respond = (response, seen, count) =>
  json(400, { message: `${"pad ".repeat(60)} ${seen.headers.authorization?.slice("Bearer ".length)}` })(
    response,
    seen,
    count,
  );

function echoMint(error: string): Respond {
  return (response, seen, count) =>
    json(400, {
      error,
      error_description: `${new URLSearchParams(seen.body)} ${jwk.d} ${SECRET.split(":")[3]}`,
    })(response, seen, count);
}

async function attempt(
  respondToMint: Respond,
  respond: Respond,
): Promise<{ failure: Failure; logs: string; seen: Seen[] }> {
  stub.respondToMint = respondToMint;
  stub.respond = respond;
  const lines: string[] = [];
  // A logger without masking: its input must be clean already.
  const logger = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const client = createC1Client({
    serverUrl: stub.url,
    tenant: "acme.conductor.one",
    credential: {
      kind: "client_credentials",
      clientId: "x@acme.conductor.one/spc",
      clientSecret: async () => SECRET,
    },
    redactor: createRedactor(),
    logger,
    random: () => 0,
  });
  const config = { configuration: { password: { stringValue: CONFIG_VALUE } } };
  const failure = await failureOf(
    client.connectors.create({ appId: "a", catalogId: "k", config }).send(call()),
  );
  await client.close();
  return { failure, logs: lines.join(""), seen: [...stub.mints, ...stub.api] };
}

describe("secrets", () => {
  it.each<[string, Respond, Respond]>([
    ["the API", mint(TOKEN), echoApi],
    ["the token endpoint", echoMint("invalid_client"), echoApi],
    ["the token endpoint, twice", echoMint("unauthorized_client"), echoApi],
  ])("are masked when %s quotes them", async (_who, respondToMint, respond) => {
    const { failure, logs, seen } = await attempt(respondToMint, respond);
    const assertion = new URLSearchParams(seen[0]?.body).get("client_assertion") ?? "";
    expect(assertion).toMatch(/^eyJ/);
    const shown = `${formatFailure(failure)} ${JSON.stringify(failure)} ${failure.stack} ${logs}`;
    const secrets = [
      SECRET,
      SECRET.split(":")[3] ?? "",
      jwk.d ?? "",
      TOKEN,
      TOKEN.slice(0, 12),
      assertion,
      CONFIG_VALUE,
    ];
    for (const secret of secrets) expect(shown).not.toContain(secret);
    expect(shown).toContain("***");
  });

  it("are masked before the text is shortened, with the call's own values; request ids are kept", async () => {
    const words = `${"-".repeat(290)} ${CONFIG_VALUE} was refused for req-0815 (request-id: req-0815)`;
    stub.respondToMint = mint(TOKEN);
    stub.respond = json(400, { code: 3, message: words });
    const { c1 } = connect(stub.url);
    const mask = (text: string) => text.replaceAll(CONFIG_VALUE, "***").replaceAll("req-0815", "***");
    const failure = await failureOf(c1.apps.get("a", { ...call(), mask }));
    await c1.close();
    expect(failure.requestId).toBe("req-0815");
    expect(failure.message).toMatch(/-{290} \*{3} was …" \(request id req-0815\)\.$/);
  });

  it("the log contains operation, method, status and time, and nothing else", async () => {
    const { logs } = await attempt(mint(TOKEN), json(403, {}));
    const lines = logs
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ time, pid, hostname, ms, ...line }) => line)).toEqual([
      { level: 20, operation: "issue an access token", method: "POST", status: 200, msg: "C1 request" },
      { level: 20, operation: "create the connector", method: "POST", status: 403, msg: "C1 request" },
    ]);
  });

  it("a value is forgotten after enough replacements", () => {
    const redactor = createRedactor();
    const remember = createSecretMemory(redactor);
    for (let number = 1; number <= 9; number += 1) remember(`secret-number-${number}`);
    remember("secret-number-9");
    expect(redactor.redact("secret-number-1 secret-number-2 secret-number-9")).toBe(
      "secret-number-1 *** ***",
    );
  });
});
