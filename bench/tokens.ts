import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { type Observed, openObservatory } from "./observe.ts";
import { judge, type Part } from "./report.ts";

/** All tools together: the whole message, and the part that most clients pass on to the model. */
const AIM_WIRE = 2_700;
const AIM_CORE = 1_500;

interface Listing {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
}

const count = (text: string): number => encode(text).length;
const countJson = (value: unknown): number => count(JSON.stringify(value));

/** The job, by names only, and the look-ups, in an order in which each finds what it needs. */
const GITHUB = { appId: "GitHub", connectorId: "GitHub v2" };
const CALLS: readonly [tool: string, args: object][] = [
  ["create_app", { displayName: "Acme CRM", owners: ["jane.doe@acme.example"] }],
  ["create_connector", { appId: "Acme CRM", catalogId: "okta_v2" }],
  [
    "update_connector",
    {
      ...GITHUB,
      config: {
        C1_selected_field_group_name: "github_personal_access_token_group",
        github_access_token: { secretRef: "GITHUB" },
        github_org_list: ["acme"],
      },
    },
  ],
  ["sync_connector", GITHUB],
  ["add_connector_user_owner", { ...GITHUB, userRefId: "jane.doe@acme.example" }],
  ["find_apps", {}],
  ["find_connectors", { appId: "GitHub" }],
  ["find_connector_types", { query: "okta_v2" }],
  ["find_users", { query: "jane" }],
  ["find_policies", {}],
  ["whoami", {}],
];

export const countTokens: Part = async ({ main }) => {
  // A separate tenant, without the objects that other parts create.
  const observatory = await openObservatory(main);
  const { tools } = (JSON.parse(observatory.list) as { result: { tools: Listing[] } }).result;
  const rows: number[][] = [];
  for (const { name, description, inputSchema, ...rest } of tools) {
    const [, args] = CALLS.find(([tool]) => tool === name) ?? [];
    if (args === undefined) throw new Error(`no call to measure ${name} by`);
    rows.push([
      countJson({ name, description, inputSchema, ...rest }),
      countJson({ name, description, inputSchema }),
      ...measureCall(await observatory.call(name, args)),
    ]);
  }
  await observatory.close();
  const total = rows.reduce((sum, row) => row.map((cell, column) => cell + (sum[column] ?? 0)), []);
  const show = (name: string, [wire, core, result, requests, raw]: number[]) => [
    name,
    String(wire),
    String(core),
    String(result),
    String(requests),
    String(raw),
    raw ? ((result ?? 0) / raw).toFixed(2) : "",
  ];
  return {
    title: "Tokens",
    method:
      "Counted with o200k. The listing as it is on the wire, and of it name, description and input schema, which is what most clients hand to the model. The result is the " +
      "structured content (its twin, the text block, has the same words; clients show one of them). Raw: the bodies of all answers that the sandbox " +
      "tenant's API gave to the requests behind the same call, as a server that passes them on would. A count, not a measurement; the ids that the sandbox makes up vary it by a few.",
    tables: [
      {
        head: [
          "Tool",
          "listed",
          "name + description + input",
          "result",
          "requests",
          "raw answers",
          "result / raw",
        ],
        rows: [...rows.map((row, index) => show(`\`${tools[index]?.name}\``, row)), show("all", total)],
      },
      {
        head: ["All tools", "tokens", "aim", "met"],
        rows: [
          ["`tools/list` as one message of the 2025 era", count(observatory.list), AIM_WIRE] as const,
          ["name, description and input schema", total[1] ?? 0, AIM_CORE] as const,
        ].map(([name, value, most]) => [name, String(value), ...judge(value, { most }, String)]),
      },
    ],
  };
};

function measureCall({ exchanges, text }: Observed): number[] {
  const { result } = JSON.parse(text) as { result: { structuredContent: object } };
  const raw = exchanges.reduce((sum, { answer }) => sum + count(answer), 0);
  return [countJson(result.structuredContent), exchanges.length, raw];
}
