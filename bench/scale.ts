import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { deriveId } from "../src/sandbox/ids.ts";
import { CONNECTORS } from "../src/sandbox/seed/connectors.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/start.ts";
import { readCpuMs } from "./proc.ts";
import { kilobytes, ms, type Part } from "./report.ts";
import { connectStdio, open as openSession, type StdioClient } from "./stdio-client.ts";
import { openThinTenant, type ThinTenant } from "./thin-tenant.ts";

const SIZES = [10, 1_000, 10_000, 100_000];
const QUICK_SIZES = [10, 1_000, 10_000];
const CONNECTORS_OF_APP = [10, 3_000];

/** Okta v2. */
const TYPE = "okta_v2";

interface Place {
  readonly sandbox: Sandbox;
  readonly tenant: ThinTenant;
  readonly client: StdioClient;
}

interface Told {
  readonly isError?: boolean;
  readonly content: readonly [{ readonly text: string }];
}

/** Makes one call, and measures its cost. */
async function measure({ tenant, client }: Place, tool: string, args: object) {
  const { pid } = client.server;
  tenant.take();
  const cpu = readCpuMs(pid);
  const started = performance.now();
  const { text, at } = await client.request("tools/call", { name: tool, arguments: args });
  const { requests, bytes } = tenant.take();
  const { result } = JSON.parse(text) as { result: Told };
  const said = result.content[0].text;
  const outcome = result.isError ? (/^\[(\w+)\]/.exec(said)?.[1] ?? "error") : doneHow(said);
  return {
    requests,
    bytes,
    ms: at - started,
    cpuMs: readCpuMs(pid) - cpu,
    tokens: encode(said).length,
    outcome,
  };
}

function doneHow(said: string): string {
  return said.includes('"recovered":true') ? "recovered" : "ok";
}

/** Starts a server on a tenant with `apps` generated apps. */
async function open(main: string, apps: number): Promise<Place> {
  const sandbox = await startSandbox({ apps });
  const tenant = await openThinTenant(sandbox.serverUrl);
  const client = connectStdio([process.execPath, main], "2025", {
    env: {
      CONDUCTORONE_SERVER_URL: tenant.url,
      CONDUCTORONE_CLIENT_ID: sandbox.clientId,
      CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    },
  });
  await openSession(client, "2025");
  const place = { sandbox, tenant, client };
  await measure(place, "whoami", {});
  return place;
}

async function close({ sandbox, tenant, client }: Place): Promise<void> {
  await client.end();
  tenant.close();
  await sandbox.close();
}

/** Adds an app with `count` connectors, none of them of the type that will be created. */
function fillApp({ sandbox }: Place, count: number): string {
  const [app] = sandbox.state.apps;
  if (!app) throw new Error("the tenant has no app");
  const kept = sandbox.state.connectors.filter(({ appId }) => appId !== app.id);
  const rows = Array.from({ length: count }, (_, index) => ({
    ...CONNECTORS.wiki,
    id: deriveId(`connector ${index}`),
    appId: app.id,
    displayName: `Connector ${index}`,
  }));
  sandbox.state.connectors.splice(0, sandbox.state.connectors.length, ...kept, ...rows);
  return app.id;
}

const HEAD = [
  "call",
  "rows",
  "page",
  "upstream",
  "outcome",
  "requests",
  "bytes",
  "ms",
  "round trips",
  "CPU",
  "tokens",
];

type Measured = Awaited<ReturnType<typeof measure>>;

function show(what: string, rows: number, { pageRows, latencyMs }: ThinTenant, one: Measured): string[] {
  const trips = latencyMs > 0 ? (one.ms / latencyMs).toFixed(1) : "";
  return [
    what,
    rows.toLocaleString("en"),
    String(pageRows),
    `${latencyMs} ms`,
    one.outcome,
    String(one.requests),
    kilobytes(one.bytes),
    ms(one.ms),
    trips,
    `${one.cpuMs} ms`,
    String(one.tokens),
  ];
}

export const measureScale: Part = async ({ main, quick, progress }) => {
  const rows: string[][] = [];
  for (const size of quick ? QUICK_SIZES : SIZES) {
    const place = await open(main, size);
    let count = 0;
    for (const pageRows of [100, 10] as const)
      for (const latencyMs of [0, 50]) {
        Object.assign(place.tenant, { pageRows, latencyMs });
        count += 1;
        progress(`scale: ${size} apps, pages of ${pageRows}, ${latencyMs} ms`);
        const unique = await measure(place, "create_app", { displayName: `Unique ${count}` });
        rows.push(show("create_app, a unique name", size, place.tenant, unique));
        // A part of many names and the whole of none: an API that matches parts of names returns them all.
        const fuzzy = await measure(place, "create_app", { displayName: `Ledger ${"1".repeat(count % 2)}` });
        rows.push(show("create_app, a part of many names", size, place.tenant, fuzzy));
        place.tenant.losesCreate = true;
        const lost = await measure(place, "create_app", { displayName: `Lost ${count}` });
        rows.push(show("create_app, its answer lost", size, place.tenant, lost));
      }
    await close(place);
  }
  for (const size of CONNECTORS_OF_APP) {
    for (const pageRows of [100, 10] as const)
      for (const latencyMs of [0, 50])
        for (const losesCreate of [false, true]) {
          const place = await open(main, 10);
          const appId = fillApp(place, size);
          Object.assign(place.tenant, { pageRows, latencyMs, losesCreate });
          progress(`scale: ${size} connectors, pages of ${pageRows}, ${latencyMs} ms`);
          const one = await measure(place, "create_connector", { appId, catalogId: TYPE });
          const what = losesCreate ? "create_connector, its answer lost" : "create_connector";
          rows.push(show(what, size, place.tenant, one));
          await close(place);
        }
  }
  return {
    title: "Large tenants",
    method:
      "The built server on stdio, in a process of its own, on the sandbox with its generated rows; between the two something that is late and makes pages short. The sandbox takes a part of a name for a " +
      "match, as C1 may, so that some names find many rows. Rows: apps of the tenant, or connectors of the app, none of them of the type that is created. Bytes: of C1's answers. Round trips: time by upstream's lateness. " +
      "CPU: of the server, in steps of 10 ms. Tokens: of the result (o200k).",
    tables: [{ head: HEAD, rows }],
  };
};
