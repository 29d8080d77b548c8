import type { Answer } from "../mcp/client.ts";

/** What earlier steps found out and later ones use, as an assistant would. */
export interface Facts {
  appId?: string;
  connectorId?: string;
  userId?: string;
}

export interface Step {
  readonly title: string;
  readonly tool: string;
  /** Whether the call attempts a write, and so leaves an audit record. */
  readonly writes: boolean;
  args(facts: Facts): Readonly<Record<string, unknown>>;
  /** What is wrong with the answer, if anything. */
  check(answer: Answer, facts: Facts): string | undefined;
}

/** Okta v2 in our table of connector types. */
const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";

export const DEMO_STEPS: readonly Step[] = [
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
      description: "Customer records",
      owners: ["jane.doe@acme.example"],
      monthlyCostUsd: 25,
    }),
    check: ({ value }, facts) => remember(facts, "appId", value.appId),
  },
  {
    title: "Connect it to Okta",
    tool: "create_connector",
    writes: true,
    args: ({ appId }) => ({ appId, catalogId: OKTA_V2, config: { okta_v2_domain: "acme.okta.example" } }),
    check: ({ value }, facts) => remember(facts, "connectorId", value.connectorId),
  },
  {
    title: "Make Sam Lee the connector's owner",
    tool: "add_connector_user_owner",
    writes: true,
    args: ({ appId, connectorId }) => ({ appId, connectorId, userRefId: "sam.lee@acme.example" }),
    check: ({ value }, facts) => remember(facts, "userId", value.userId),
  },
  {
    title: "A slip of the keyboard: refused, with a hint, and nothing is sent",
    tool: "create_app",
    writes: true,
    args: () => ({ displayName: "Acme ERP", owner: ["jane.doe@acme.example"] }),
    check: ({ isError, text }) =>
      isError && text.startsWith("[invalid_arguments]") && text.includes("did you mean owners?")
        ? undefined
        : "the unknown argument should have been refused with a hint",
  },
  {
    title: "A person nobody knows: refused, with the next step",
    tool: "add_connector_user_owner",
    writes: true,
    args: ({ appId, connectorId }) => ({ appId, connectorId, userRefId: "nobody@acme.example" }),
    check: ({ isError, text }) =>
      isError && text.startsWith("[not_found]") && text.includes("Nothing was changed.")
        ? undefined
        : "the unknown person should have been refused",
  },
];

function count(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function remember(facts: Facts, key: keyof Facts, value: unknown): string | undefined {
  if (typeof value !== "string" || !/^[a-zA-Z0-9]{27}$/.test(value)) return `${key} should be a C1 id`;
  facts[key] = value;
  return undefined;
}
