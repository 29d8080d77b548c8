import { buildPath } from "../../src/c1/path.ts";
import type { Ask } from "./ask.ts";
import { findTypes } from "./catalog-types.ts";
import { CONFIGURED_TYPE, DELEGATED_TYPE, isCreate, type Look, lookAt, waitUntil } from "./job.ts";
import type { Seen } from "./recorder.ts";

const OWNERS = "/api/v2/apps/{appId}/connectors/{connectorId}/owners/users/{roleSlug}/{userId}";
const NO_SUCH_ROLE = "c1-admin-mcp-no-such-role";
const LENGTHS = [256, 1_025];
/** Number of other apps that are searched for role slugs. */
const OTHER_APPS = 5;

export const roles: Ask = async (bench, { appId, delegatedId, person, personId, self, looks }, note) => {
  const look = await lookAt(bench, "after the owner was added", appId, delegatedId, person, self);
  looks.delegated.push(look);
  note("role slugs on the new connector", sayOwners(look));
  const slugs = new Set<string>();
  const { items } = await bench.api.apps.search({}, { pageSize: 25 }, bench.limits());
  for (const app of items.filter(({ id }) => id !== appId).slice(0, OTHER_APPS)) {
    const connectors = await bench.api.connectors.list(app.id, {}, bench.limits());
    for (const connector of connectors.items.slice(0, 3)) {
      const rows = await bench.api.connectorOwners.list(app.id, connector.id, {}, bench.limits());
      for (const { roleSlug } of rows.items) if (roleSlug !== undefined) slugs.add(roleSlug);
    }
  }
  note("role slugs on other connectors of the tenant", [...slugs].join(", ") || "none seen");
  const path = buildPath(OWNERS, {
    appId,
    connectorId: delegatedId,
    roleSlug: NO_SUCH_ROLE,
    userId: personId,
  });
  const wrong = await bench.probe("a role that does not exist", "POST", path, { userRef: { id: personId } });
  note("a role that does not exist", sayAnswer(wrong));
};

export const ownership: Ask = async (
  bench,
  { appId, delegatedId, configuredId, person, self, looks, waits },
  note,
) => {
  for (const wait of waits) note("waits of the job", wait);
  looks.delegated.push(await lookAt(bench, "at the end", appId, delegatedId, person, self));
  if (configuredId !== undefined) {
    looks.configured.push(await lookAt(bench, "at the end", appId, configuredId, person, self));
  }
  for (const look of looks.delegated)
    note(`owners of the connector with userIds, ${look.when}`, sayOwners(look));
  for (const look of looks.configured)
    note(`owners of the connector without userIds, ${look.when}`, sayOwners(look));
};

export const duplicates: Ask = async (bench, { runName, appId, delegatedId, personId }, note) => {
  const again = await bench.probe("an app of the same name", "POST", "/api/v1/apps", {
    displayName: runName,
  });
  note("an app of the same name", sayAnswer(again));
  const connectors = buildPath("/api/v1/apps/{appId}/connectors", { appId });
  const [type] = findTypes([DELEGATED_TYPE]);
  const second = { catalogId: type?.catalogId, displayName: `${runName} delegated` };
  note(
    "a connector of the same type and name",
    sayAnswer(await bench.probe("a connector of the same type and name", "POST", connectors, second)),
  );
  const path = buildPath(OWNERS, { appId, connectorId: delegatedId, roleSlug: "primary", userId: personId });
  const owner = await bench.probe("the same owner again", "POST", path, { userRef: { id: personId } });
  note("the same owner again", sayAnswer(owner));
  for (const length of LENGTHS) {
    const displayName = `${runName} ${"x".repeat(length)}`.slice(0, length);
    const long = await bench.probe(`an app name of ${length} characters`, "POST", "/api/v1/apps", {
      displayName,
    });
    note(`an app name of ${length} characters`, sayAnswer(long));
  }
};

export const connectorState: Ask = async (bench, { appId, looks }, note) => {
  for (const look of looks.delegated) note(`a connector to be finished, ${look.when}`, sayState(look));
  for (const look of looks.configured) note(`a configured connector, ${look.when}`, sayState(look));
  if (looks.configured.length === 0) note("a configured connector", "was refused: see the job");
  const path = buildPath("/api/v1/apps/{appId}/connectors/create", { appId });
  const [type] = findTypes([CONFIGURED_TYPE]);
  const bare = await bench.probe("a configured create without config", "POST", path, {
    catalogId: type?.catalogId,
  });
  note("a configured create without config", sayAnswer(bare));
};

export const configErrors: Ask = async (bench, { appId, configuredId, person, self, looks }, note) => {
  const path = buildPath("/api/v1/apps/{appId}/connectors/create", { appId });
  const [type] = findTypes([CONFIGURED_TYPE]);
  const envelope = (configuration: object) => ({
    catalogId: type?.catalogId,
    config: { "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig", configuration },
  });
  const cases: [string, object][] = [
    ["a key the type does not have", envelope({ c1_admin_mcp_no_such_key: { stringValue: "x" } })],
    ["a config without any key", envelope({})],
    [
      "a config of another message type",
      { ...envelope({}), config: { "@type": "type.googleapis.com/none" } },
    ],
  ];
  for (const [what, body] of cases) note(what, sayAnswer(await bench.probe(what, "POST", path, body)));
  if (configuredId === undefined) return note("the made-up credentials", "were refused at once: see the job");
  let look: Look | undefined;
  const told = await waitUntil(bench.settings.patienceMs, async () => {
    look = await lookAt(bench, "later", appId, configuredId, person, self);
    return look.lastError !== undefined;
  });
  if (look) looks.configured.push(look);
  note(
    "the made-up credentials",
    told === undefined
      ? `no lastError in ${bench.settings.patienceMs / 1000} s`
      : `lastError ${told}: ${look?.lastError}`,
  );
};

export const creates: Ask = async ({ seen }, _facts, note) => {
  const counts = new Map<string, number>();
  for (const one of seen.filter(isCreate)) {
    const key = `${one.path}: ${one.status ?? "no answer"}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [key, count] of counts) note(key, `${count} times`);
};

export function sayAnswer({ status, refusal, answer, shape }: Seen): string {
  if (status === undefined) return "no answer came";
  if (refusal !== undefined) return `HTTP ${status}: ${refusal || "(no text)"}`;
  return `HTTP ${status} with ${answer ? Object.keys(answer).join(", ") || "{}" : shape}`;
}

function sayOwners({ owners }: Look): string {
  const parts = Object.entries(owners).map(([role, people]) => `${role}: ${people.join(", ") || "nobody"}`);
  return parts.join("; ") || "none";
}

function sayState({ status, displayName, lastError }: Look): string {
  const error = lastError === undefined ? "" : `, lastError: ${lastError}`;
  return `${status ?? "no status"}, named ${JSON.stringify(displayName ?? "")}${error}`;
}
