import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { createKeyPair } from "../../src/sandbox/auth/key-pair.ts";
import type { Outcome } from "./rig.ts";

const jwk = createKeyPair().privateJwk;
const keyText = Buffer.from(JSON.stringify(jwk)).toString("base64url");

/** Secrets that must never leak. */
export const CANARY = {
  clientSecret: `secret-token:conductorone.com:v1:${keyText}`,
  accessToken: "canarybird-access-token-7Qx2",
  text: "canarybird-config-text-9Zk4",
  odd: 'canarybird "odd" \\ <é>&=+ 4Wd8',
  pem: "-----BEGIN PRIVATE KEY-----\ncanarybirdPemLineOneMC4CAQAw\ncanarybirdPemLineTwoBQYDK2Vw\n-----END PRIVATE KEY-----",
  item: "canarybird-list-item-3Jh6",
  mapped: "canarybird-map-value-8Lm1",
  pin: 918_273_645_501,
  httpBearer: "canarybird-http-bearer-5Tr8",
  stored: "canarybird-stored-secret-2Bn5",
} as const;

/** Encodings in which others may quote text. */
export const SPELLINGS: readonly ((text: string) => string)[] = [
  (text) => Buffer.from(text).toString("base64"),
  (text) => Buffer.from(text).toString("base64url"),
  (text) => Buffer.from(`me:${text}`).toString("base64"),
  (text) => Buffer.from(`user:${text}:x`).toString("base64url"),
  (text) => Buffer.from(text).toString("hex"),
  (text) => Buffer.from(text).toString("hex").toUpperCase(),
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  (text) =>
    JSON.stringify(text).replace(
      /[^ -~]|[&<>-]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  (text) => JSON.stringify(JSON.stringify(text)).replaceAll("/", "\\/"),
  (text) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join(""),
  (text) => text.replace(/[^a-z]/g, (letter) => `&#${letter.charCodeAt(0)};`),
  (text) => text.toUpperCase(),
];

/** The common beginning of the texts above in each encoding, which is enough to detect a leak. */
const ENCODED_WORDS = [
  ...["", "-", "--"].map((before) =>
    Buffer.from(`${before}canarybird`)
      .toString("base64")
      .slice(Math.ceil((before.length * 8) / 6), -3),
  ),
  Buffer.from("canarybird").toString("hex"),
  Buffer.from("canarybird").toString("hex").toUpperCase(),
  "\\x63\\x61\\x6e\\x61",
];

/** Every text above contains the word, so that halves and escaped forms are found, too; the others are searched by value. */
const WORD = /canarybird/gi;
const OTHERS = [...ENCODED_WORDS, keyText.slice(0, 40), keyText.slice(-20), jwk.d ?? "", String(CANARY.pin)];

/** The canaries found in a text, with their surroundings. */
export function findCanaries(text: string): string[] {
  const words = [...text.matchAll(WORD)].map(({ index }) => text.slice(Math.max(0, index - 30), index + 40));
  return [...words, ...OTHERS.filter((value) => text.includes(value))];
}

const CONFIG = {
  region: CANARY.text,
  label: CANARY.odd,
  certificate: CANARY.pem,
  sites: [CANARY.item, "plain"],
  headers: { "x-name": CANARY.mapped },
  number: CANARY.pin,
};
export const APP = "2lGIUK2jAaY37lX5PrBngg9KGoo";
export const CONNECTOR = "2pX6JUNmFA3TYSYTdjzZuRXkuGN";
export const USER = "2blqQvXSVhpglvqomKjZPi61NkU";
/** Unrequested extra items in a list. */
const OTHER = "2oTh3rThingThatIsListed0000";
export const TYPE = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
export const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
/** The name of `CANARY.stored` among the configured secrets. */
export const STORED_NAME = "CANARY_SECRET";
const byName = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { secretRef: STORED_NAME } };
const withConfig = { appId: APP, catalogId: TYPE, config: CONFIG };

/** Calls of every tool. Those with a config are valid, or invalid in every possible way. */
const CANARY_CALLS: readonly [tool: string, args: unknown][] = [
  ["whoami", {}],
  ["find_users", { query: "jane" }],
  ["create_app", { displayName: "Acme CRM", owners: [USER] }],
  ["create_app", { displayName: "Acme CRM", owners: ["jane.doe@acme.example"] }],
  ["add_connector_user_owner", { appId: APP, connectorId: CONNECTOR, userRefId: USER }],
  ["create_connector", withConfig],
  ["update_connector", { appId: APP, connectorId: CONNECTOR, config: CONFIG }],
  ["update_connector", { appId: APP, connectorId: CONNECTOR, config: byName }],
  ["create_connector", { ...withConfig, userIds: [USER] }],
  ["create_connector", { ...withConfig, config: { password: CANARY.text, api_key: CANARY.odd } }],
  [
    "create_connector",
    {
      ...withConfig,
      config: {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: { region: { stringValue: CANARY.text } },
      },
    },
  ],
  ["create_connector", { appId: APP, catalogId: OKTA_V2, config: byName }],
  ["create_connector", { appId: APP, catalogId: OKTA_V2, config: byName, ifExists: "create" }],
  ["create_connector", { appId: APP, catalogId: OKTA_V2, config: byName, dryRun: true }],
  [
    "create_connector",
    { appId: APP, catalogId: OKTA_V2, config: { okta_v2_domain: { secretRef: STORED_NAME } } },
  ],
  ["create_connector", { ...withConfig, config: { region: { secretRef: STORED_NAME } } }],
  ["create_connector", { ...withConfig, dryRun: true }],
  ["create_connector", { ...withConfig, displayName: "Okta" }],
  ["create_connector", { ...withConfig, appId: "not an id" }],
  ["create_connector", { ...withConfig, surprise: CANARY.text }],
  ["create_connector", { ...withConfig, config: CANARY.text }],
  ["create_connector", { ...withConfig, config: [CANARY.text] }],
  ["create_connector", { ...withConfig, config: { sites: [`${CANARY.item},b`] } }],
  ["create_connector", { ...withConfig, config: { sites: [[CANARY.item]], other: CANARY.text } }],
  ["create_connector", { ...withConfig, config: { region: CANARY.text, empty: "" } }],
  ["create_connector", { ...withConfig, config: { region: CANARY.text, none: null } }],
  ["create_connector", { ...withConfig, description: { text: CANARY.text } }],
];

/** The first call of each tool. */
export const ONE_OF_EACH = CANARY_CALLS.filter(
  ([tool], index) => index === CANARY_CALLS.findIndex(([other]) => other === tool),
);

type EchoMode = "fine" | "html" | "reset" | "token 401" | "token 400" | "token 500" | number;

/** How the tenant responds, which piece of the request it quotes first, and how much text precedes that. */
interface Behaviour {
  readonly mode: EchoMode;
  readonly piece: number;
  readonly padding: number;
  /** The encoding of quoted text; plain if absent. */
  readonly spell?: (text: string) => string;
}

/** As C1's gateway maps them, so that a response means what its status says. */
const GRPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  409: 6,
  429: 8,
  500: 13,
  503: 14,
};

const STATUSES = [400, 401, 403, 404, 409, 429, 500, 503];
const MODES: readonly EchoMode[] = [
  "fine",
  "html",
  "reset",
  "token 401",
  "token 400",
  "token 500",
  ...STATUSES,
];

/** Names are cut at 120 characters and reasons at 300; a secret across the cut must not be left half visible. */
const CUTS = (
  [
    ["fine", 112],
    ["token 401", 290],
    [400, 0],
    [400, 290],
  ] as const
).flatMap(([mode, padding]) => Array.from({ length: 14 }, (_, piece) => ({ mode, padding, piece })));

const PIECES = 8;

/** Each encoding of each piece: in a name, in a reason, and across the cut of a reason. */
const SPELT = SPELLINGS.flatMap((spell) =>
  (
    [
      ["fine", 0],
      [400, 0],
      [400, 285],
    ] as const
  ).flatMap(([mode, padding]) =>
    Array.from({ length: PIECES }, (_, piece) => ({ mode, padding, piece, spell })),
  ),
);

/** Each encoding in each of these places, for one piece after the other. */
const SPELT_ONCE = SPELT.filter(({ piece }, index) => piece === Math.floor(index / PIECES) % PIECES);

/** The worst possible tenant: it quotes the request wherever text is allowed. */
export interface EchoTenant {
  readonly url: string;
  behaviour: Behaviour;
  /** Bodies of the writes it received, which prove that the canaries came this far. */
  readonly writes: string[];
  close(): Promise<void>;
}

export async function startEchoTenant(): Promise<EchoTenant> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { mode } = tenant.behaviour;
    const body = Buffer.concat(chunks).toString("utf8");
    const echo = quote(request, body, tenant.behaviour);
    if (/\/connectors\/(create|\w{27})$/.test(`${request.url}`)) tenant.writes.push(body);
    const answer = (status: number, body: unknown) =>
      response
        .writeHead(status, { "content-type": "application/json", "x-request-id": CANARY.accessToken })
        .end(JSON.stringify(body));
    if (request.url === "/auth/v1/token") {
      if (typeof mode === "string" && mode.startsWith("token ")) {
        const error = mode === "token 400" ? "unauthorized_client" : "invalid_client";
        return answer(Number(mode.slice(6)), { error, error_description: echo, message: echo });
      }
      return answer(200, { access_token: CANARY.accessToken, token_type: "Bearer", expires_in: 600 });
    }
    if (mode === "reset") return response.socket?.resetAndDestroy();
    if (mode === "html") return response.writeHead(200).end(`<html>${echo}</html>`);
    if (typeof mode === "number")
      return answer(mode, { code: GRPC_CODES[mode], message: echo, details: [echo] });
    answer(200, poison(echo, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const tenant: EchoTenant = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    behaviour: { mode: "fine", piece: 0, padding: 0 },
    writes: [],
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return tenant;
}

/** Everything that was sent, one piece of it first. */
function quote({ headers }: IncomingMessage, body: string, { piece, padding, spell }: Behaviour): string {
  const values = [...body.matchAll(/:"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => JSON.parse(`"${text}"`));
  const id = ` (request-id: ${CANARY.accessToken})`;
  if (spell) {
    // The API's own ordinary words would not be secret in any encoding.
    const secrets = [headers.authorization?.slice("Bearer ".length) ?? "", ...values]
      .filter(isCanary)
      .map(spell);
    return `${"-".repeat(padding)} ${secrets[piece % secrets.length] ?? ""}${id}`;
  }
  const form = body.startsWith("{") ? [] : [...new URLSearchParams(body)].flat();
  const pieces = [headers.authorization, ...values, body, ...form, encodeURIComponent(body)].filter(Boolean);
  const first = pieces[piece % pieces.length];
  return `${"-".repeat(padding)} ${[first, ...pieces].join(" ")}${id}`;
}

function isCanary(text: string): boolean {
  return text.includes("canarybird");
}

/** A response that fits every operation, with the echo in every text except those that must match the request. */
function poison(echo: string, body: string) {
  const asked = /"displayName":("(?:[^"\\]|\\.)*")/.exec(body)?.[1];
  const user = {
    id: USER,
    displayName: echo,
    email: "jane.doe@acme.example",
    emails: [],
    jobTitle: echo,
    status: echo,
  };
  const connector = {
    id: CONNECTOR,
    appId: APP,
    catalogId: /"catalogId":"(\w+)"/.exec(body)?.[1] ?? TYPE,
    displayName: echo,
    status: { status: echo, lastError: echo },
  };
  return {
    app: { id: APP, displayName: asked === undefined ? echo : JSON.parse(asked), description: echo },
    connectorView: { connector, appPath: "$.expanded[0]" },
    expanded: [{ displayName: echo }],
    connectorOwnerUser: { user, roleSlug: "primary" },
    userView: { user },
    // A row that fits every list but is not what a write would create.
    list: [{ id: OTHER, displayName: echo, user, connector: { ...connector, id: OTHER, catalogId: OTHER } }],
    userId: USER,
    principleId: echo,
    roles: [echo],
  };
}

/**
 * Makes every call in every mode. With `cuts`, the tenant also quotes each secret across the cuts and in every encoding. Returns
 * all output as one text.
 * @param cuts "all": each secret in each encoding; "some": each encoding once in each place.
 */
export async function provoke(
  tenant: EchoTenant,
  call: (tool: string, args: unknown) => Promise<Outcome>,
  {
    cuts,
    calls = CANARY_CALLS,
  }: { readonly cuts?: "all" | "some"; readonly calls?: typeof CANARY_CALLS } = {},
): Promise<string> {
  const outcomes: Outcome[] = [];
  const round = async (behaviour: Behaviour, together: typeof CANARY_CALLS) => {
    tenant.behaviour = behaviour;
    outcomes.push(...(await Promise.all(together.map(([tool, args]) => call(tool, args)))));
  };
  for (const mode of MODES) await round({ mode, piece: 0, padding: 0 }, calls);
  const cutCalls: typeof CANARY_CALLS = [
    ["create_connector", { ...withConfig, ifExists: "create" }],
    ["create_connector", { appId: APP, catalogId: OKTA_V2, config: byName, ifExists: "create" }],
  ];
  const behaviours = cuts ? [...CUTS, ...(cuts === "all" ? SPELT : SPELT_ONCE)] : [];
  for (const behaviour of behaviours) await round(behaviour, cutCalls);
  return outcomes.map(({ text, value }) => `${text}\n${JSON.stringify(value)}`).join("\n");
}
