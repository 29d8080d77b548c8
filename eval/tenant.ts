import { listTypes } from "../src/connector-types/table.ts";
import { deriveId } from "../src/sandbox/ids.ts";
import type { FaultRule, Sandbox, TenantState } from "../src/sandbox/start.ts";
import type { Task } from "./task.ts";

const LONG_AGO = "2024-05-02T10:00:00Z";
const startedAt = Date.parse("2025-09-01T02:00:00Z");
const SYNCED = { queuedAt: startedAt, startedAt, readyAt: startedAt + 95_000, before: null };

/** Adds a task's rows to a seeded tenant, and sets its behaviour. */
export function furnish({ state, faults, ...sandbox }: Sandbox, { tenant }: Task): void {
  const { users, policies, apps, connectors } = state;
  const [anybody] = users;
  const [anyPolicy] = policies;
  const [anyConnector] = connectors;
  const anyApp = apps.at(-1);
  if (!anybody || !anyPolicy || !anyApp || !anyConnector) throw new Error("the tenant is empty");
  for (const person of tenant.people)
    users.push({ ...anybody, ...person, id: idOf("person", users), emails: [person.email] });
  for (const policy of tenant.policies)
    policies.push({ ...anyPolicy, ...policy, id: idOf("policy", policies) } as never);
  for (const app of tenant.apps)
    apps.push({ ...anyApp, description: "", monthlyCostUsd: 0, ...app, id: idOf("app", apps) });
  for (const { app, type, config, isSynced = false, ...named } of tenant.connectors) {
    connectors.push({
      ...anyConnector,
      displayName: named.displayName ?? typeOf(type).name,
      lastError: named.lastError ?? "",
      description: named.description ?? "",
      id: idOf("connector", connectors),
      appId: findApp(state, app).id,
      catalogId: typeOf(type).catalogId,
      createdAt: LONG_AGO,
      config: config
        ? Object.fromEntries(Object.entries(config).map(([key, text]) => [key, { stringValue: text }]))
        : null,
      configUpdatedAt: config ? LONG_AGO : null,
      sync: isSynced ? SYNCED : null,
    });
  }
  for (const { connector, person } of tenant.owners) {
    const { id: connectorId, appId } = findConnector(state, connector);
    const owner = { appId, connectorId, userId: findPerson(state, person).id };
    state.owners.push({ ...owner, roleSlug: "primary", createdAt: LONG_AGO, visibleAt: 0 });
  }
  tenant.forbid.forEach(sandbox.forbid);
  tenant.notFound.forEach(sandbox.notFound);
  for (const { operation, ...rule } of tenant.faults)
    faults.add({ ...rule, match: { operation } } as unknown as FaultRule);
}

/** Finds an app by name. `Name#2` is the second app of that name. */
export function findApp(state: TenantState, name: string) {
  return nth(state.apps, ({ displayName }) => displayName, name);
}

/** Finds a connector by `App name/connector name`. */
export function findConnector(state: TenantState, name: string) {
  const [app = "", connector = ""] = name.split("/");
  const { id } = findApp(state, app);
  const ofApp = state.connectors.filter(({ appId, deletedAt }) => appId === id && deletedAt === null);
  return nth(ofApp, ({ displayName }) => displayName, connector);
}

export function findPerson(state: TenantState, email: string) {
  return nth(state.users, (user) => user.email, email);
}

export function findPolicy(state: TenantState, name: string) {
  return nth(state.policies, ({ displayName }) => displayName, name);
}

/** Finds a connector type of our table by its slug. */
export function typeOf(slug: string) {
  const type = listTypes().find((one) => one.slug === slug);
  if (!type) throw new Error(`there is no connector type ${slug}`);
  return type;
}

function nth<T>(rows: readonly T[], nameOf: (row: T) => string, wanted: string): T {
  const [name = "", number = "1"] = wanted.split("#");
  const row = rows.filter((one) => nameOf(one) === name)[Number(number) - 1];
  if (row === undefined) throw new Error(`the tenant has no ${wanted}`);
  return row;
}

const idOf = (kind: string, rows: readonly unknown[]) => deriveId(`eval ${kind} ${rows.length}`);
