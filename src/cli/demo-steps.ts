import { ID } from "../c1-id.ts";
import type { ToolAnswer } from "../mcp/client.ts";

/** Results of earlier steps that later ones use, as an assistant would. */
export interface Facts {
  appId?: string;
  connectorId?: string;
  userId?: string;
}

export interface DemoStep {
  readonly title: string;
  readonly tool: string;
  /** Whether the call attempts a write and therefore leaves an audit record. */
  readonly writes: boolean;
  args(facts: Facts): Readonly<Record<string, unknown>>;
  /** What is wrong with the answer, if anything. */
  check(answer: ToolAnswer, facts: Facts): string | undefined;
}

/** The secrets that the demo's operator gave the server; the assistant only sees their names. The sandbox rejects this one. */
export const DEMO_SECRETS = {
  C1_MCP_SECRET_OKTA_TOKEN_OF_2025: "00demo-wrong-credential",
};

const okta = (token: object) => ({
  okta_v2_domain: "acme.okta.example",
  okta_v2_api_token: token,
});

export const DEMO_STEPS: readonly DemoStep[] = [
  {
    title: "Which tenant is this, and who am I there?",
    tool: "whoami",
    writes: false,
    args: () => ({}),
    check: ({ value }) => (value.tenant === "sandbox" ? undefined : "whoami should name the sandbox"),
  },
  {
    title: "Who is Jane?",
    tool: "find_users",
    writes: false,
    args: () => ({ query: "jane" }),
    check: ({ value }) => (count(value.items) >= 2 ? undefined : "two people are called Jane"),
  },
  {
    title: "Create the app Acme CRM, owned by Jane Doe",
    tool: "create_app",
    writes: true,
    args: () => ({
      displayName: "Acme CRM",
      owners: ["jane.doe@acme.example"],
      grantPolicyId: "Manager approval",
      monthlyCostUsd: 25,
    }),
    check: ({ value }, facts) => remember(facts, "appId", value.appId),
  },
  {
    title: "Connect it to Okta, with a token that has expired; the assistant knows the token's name only",
    tool: "create_connector",
    writes: true,
    args: () => ({
      appId: "Acme CRM",
      catalogId: "okta_v2",
      config: okta({ secretRef: "OKTA_TOKEN_OF_2025" }),
      waitSeconds: 30,
    }),
    check: ({ value }, facts) =>
      value.connection === "failed" && String(value.lastError).includes("401")
        ? remember(facts, "connectorId", value.connectorId)
        : "the sync should have failed, with the reason",
  },
  {
    title: "Repair it with the new token, which a person types on a page, and wait until it is connected",
    tool: "update_connector",
    writes: true,
    args: () => ({
      appId: "Acme CRM",
      connectorId: "Okta v2",
      config: okta({ ask: true }),
      waitSeconds: 30,
    }),
    check: ({ value }) => (value.connection === "connected" ? undefined : "it should be connected"),
  },
  {
    title: "Make Sam Lee the connector's owner",
    tool: "add_connector_user_owner",
    writes: true,
    args: () => ({ appId: "Acme CRM", connectorId: "Okta v2", userRefId: "sam.lee@acme.example" }),
    check: ({ value }, facts) => remember(facts, "userId", value.userId),
  },
  {
    title: "Is it all there?",
    tool: "find_connectors",
    writes: false,
    args: () => ({ appId: "Acme CRM", connectorId: "Okta v2" }),
    check: ({ text }, { connectorId, userId }) =>
      connectorId && userId && text.includes(connectorId) && text.includes(userId)
        ? undefined
        : "the connector and its owner should be in the tenant",
  },
  {
    title: "The same app again: nothing is created twice",
    tool: "create_app",
    writes: true,
    args: () => ({ displayName: "acme crm" }),
    check: refusal("already_exists", "Acme CRM"),
  },
  {
    title: "A typo: refused, with a suggestion",
    tool: "create_app",
    writes: true,
    args: () => ({ displayName: "Acme ERP", owner: ["jane.doe@acme.example"] }),
    check: refusal("invalid_arguments", "did you mean owners?"),
  },
];

/** A step that must be refused with this code and these words, without changing anything. */
function refusal(code: string, words: string): DemoStep["check"] {
  return ({ isError, text }) =>
    isError && text.startsWith(`[${code}]`) && text.includes(words) && text.includes("Nothing was changed.")
      ? undefined
      : `this should have been refused as ${code}`;
}

function count(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function remember(facts: Facts, key: keyof Facts, value: unknown): string | undefined {
  if (typeof value !== "string" || !ID.test(value)) return `${key} should be a C1 id`;
  facts[key] = value;
  return undefined;
}
