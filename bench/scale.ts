import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { deriveId } from "../src/sandbox/ids.ts";
import { CONNECTORS } from "../src/sandbox/seed/connectors.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/start.ts";
import { readCpuMs } from "./proc.ts";
import type { Part } from "./report.ts";
import { type Cell, judgeCells, tabulateCells } from "./scale-tables.ts";
import { connectStdio, open as openSession, type StdioClient } from "./stdio-client.ts";
import { openThinTenant, type ThinTenant } from "./thin-tenant.ts";

const SIZES = [10, 1_000, 10_000, 100_000];
const QUICK_SIZES = [10, 1_000, 10_000];
const CONNECTORS_OF_APP = [10, 3_000];

/** Each is a part of many generated names and the whole of none: an API that matches parts of names returns them all. */
const PARTS_OF_NAMES = ["Ledger 1", "Ledger", "Pulse 2", "Pulse"];

const TYPE = "okta_v2";
const LAST_TYPE = CONNECTORS.github.catalogId;

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

/** Makes one call, which is to add `expected` objects to the tenant, and counts those that it does. */
async function measureCell(
  place: Place,
  cell: Pick<Cell, "what" | "rows" | "expected">,
  tool: "create_app" | "create_connector",
  args: object,
): Promise<Cell> {
  const { state } = place.sandbox;
  const count = () => state.apps.length + state.connectors.length;
  const { pageRows, latencyMs } = place.tenant;
  const before = count();
  const cost = await measure(place, tool, args);
  return { ...cell, pageRows, latencyMs, ...cost, made: count() - before };
}

/** Adds an app with `count` connectors, and only the last is of the type `LAST_TYPE`. None is of the type `TYPE`. */
function fillApp({ sandbox }: Place, count: number): string {
  const [app] = sandbox.state.apps;
  if (!app) throw new Error("the tenant has no app");
  const kept = sandbox.state.connectors.filter(({ appId }) => appId !== app.id);
  const rows = Array.from({ length: count }, (_, index) => ({
    ...CONNECTORS.wiki,
    ...(index === count - 1 && { catalogId: LAST_TYPE }),
    id: deriveId(`connector ${index}`),
    appId: app.id,
    displayName: `Connector ${index}`,
  }));
  sandbox.state.connectors.splice(0, sandbox.state.connectors.length, ...kept, ...rows);
  return app.id;
}

const PLACES = [100, 10].flatMap((pageRows) =>
  [0, 50].map((latencyMs) => ({ pageRows: pageRows as 10 | 100, latencyMs })),
);

async function measureApps(main: string, rows: number, report: (text: string) => void): Promise<Cell[]> {
  const place = await open(main, rows);
  const taken = place.sandbox.state.apps.at(-1)?.displayName;
  const cells: Cell[] = [];
  const create = async (what: string, displayName: string | undefined, expected: 0 | 1) => {
    const cell = { what: `create_app, ${what}`, rows, expected };
    cells.push(await measureCell(place, cell, "create_app", { displayName }));
  };
  for (const [index, thin] of PLACES.entries()) {
    Object.assign(place.tenant, thin);
    report(`${rows} apps, pages of ${thin.pageRows}, ${thin.latencyMs} ms`);
    await create("a unique name", `Unique ${index}`, 1);
    await create("a part of many names", PARTS_OF_NAMES[index], 1);
    await create("the last app's name", taken, 0);
    place.tenant.losesCreate = true;
    await create("its answer lost", `Lost ${index}`, 1);
  }
  await close(place);
  return cells;
}

async function measureConnectors(
  main: string,
  rows: number,
  report: (text: string) => void,
): Promise<Cell[]> {
  const cells: Cell[] = [];
  for (const thin of PLACES)
    for (const [what, catalogId, expected] of [
      ["create_connector", TYPE, 1],
      ["create_connector, the last one's type", LAST_TYPE, 0],
      ["create_connector, its answer lost", TYPE, 1],
    ] as const) {
      const place = await open(main, 10);
      const appId = fillApp(place, rows);
      Object.assign(place.tenant, thin, { losesCreate: what.endsWith("lost") });
      report(`${rows} connectors, pages of ${thin.pageRows}, ${thin.latencyMs} ms`);
      cells.push(
        await measureCell(place, { what, rows, expected }, "create_connector", { appId, catalogId }),
      );
      await close(place);
    }
  return cells;
}

export const measureScale: Part = async ({ main, quick, progress }) => {
  const report = (text: string) => progress(`scale: ${text}`);
  const cells: Cell[] = [];
  for (const size of quick ? QUICK_SIZES : SIZES) cells.push(...(await measureApps(main, size, report)));
  for (const size of CONNECTORS_OF_APP) cells.push(...(await measureConnectors(main, size, report)));
  return {
    title: "Large tenants",
    method:
      "The built server on stdio, in a process of its own, on the sandbox with its generated rows; between the two something that is late and makes pages short. The sandbox takes a part of a name for a " +
      "match, as C1 may, so that some names find many rows. Rows: apps of the tenant, or connectors of the app. Made: objects that the call added to the tenant. Bytes: of C1's answers. Round trips: time by " +
      "upstream's lateness. CPU: of the server, in steps of 10 ms. Tokens: of the result (o200k). The aims are for the worst cell. A connector can only be found by reading the app's list to its end, and each page names the next: the pages of 3,000 connectors are fetched one after another.",
    tables: [tabulateCells(cells), judgeCells(cells)],
  };
};
