import { z } from "zod/v3";
import { flag, idRefs, ids, int32, readFields, text } from "../fields.ts";
import { foldText, rankByQuery } from "../matching.ts";
import { PAGE_QUERY, pageFromBody, pageFromQuery, takePage } from "../paging.ts";
import { notFound } from "../problems.ts";
import { isVisible } from "../state.ts";
import type { Call, Operation, Tenant } from "../tenant.ts";
import { showApp } from "../views/app-view.ts";
import { showUser } from "../views/user-view.ts";
import { createApp } from "./create-app.ts";

const searchShape = z
  .object({
    query: text,
    displayName: text,
    appIds: ids,
    excludeAppIds: ids,
    onlyDirectories: flag,
    policyRefs: idRefs,
    pageSize: int32,
    pageToken: text,
  })
  .strict();

export const appOperations: readonly Operation[] = [
  { name: "apps.list", method: "GET", path: "/api/v1/apps", writes: false, query: PAGE_QUERY, run: listApps },
  { name: "apps.create", method: "POST", path: "/api/v1/apps", writes: true, run: createApp },
  { name: "apps.search", method: "POST", path: "/api/v1/search/apps", writes: false, run: searchApps },
  { name: "apps.get", method: "GET", path: "/api/v1/apps/{id}", writes: false, run: getApp },
  {
    name: "apps.owners",
    method: "GET",
    path: "/api/v1/apps/{app_id}/owners",
    writes: false,
    query: PAGE_QUERY,
    run: listAppOwners,
  },
  {
    name: "apps.ownerids",
    method: "GET",
    path: "/api/v1/apps/{app_id}/ownerids",
    writes: false,
    run: listAppOwnerIds,
  },
];

function listApps(call: Call) {
  const page = takePage(visibleApps(call.tenant), pageFromQuery(call, "apps.list"));
  return { list: page.rows.map(showApp), nextPageToken: page.nextPageToken };
}

function getApp({ tenant, params }: Call) {
  const app = visibleApps(tenant).find(({ id }) => id === params.id);
  if (app === undefined) throw notFound();
  return { app: showApp(app) };
}

/**
 * Whether the real `displayName` filter requires the whole name is not documented. Here a part is enough, so that clients which
 * need the whole name have to compare it.
 */
function searchApps(call: Call) {
  const search = readFields(call, "SearchAppsRequest", searchShape);
  const policyIds = search.policyRefs.map(({ id }) => id);
  const found = visibleApps(call.tenant).filter(
    (app) =>
      foldText(app.displayName).includes(foldText(search.displayName)) &&
      (search.appIds.length === 0 || search.appIds.includes(app.id)) &&
      !search.excludeAppIds.includes(app.id) &&
      (!search.onlyDirectories || app.isDirectory) &&
      (policyIds.length === 0 ||
        [app.grantPolicyId, app.revokePolicyId, app.certifyPolicyId].some((id) => policyIds.includes(id))),
  );
  const ranked = rankByQuery(found, search.query, (app) => [app.displayName, app.description]);
  const page = takePage(ranked, pageFromBody("apps.search", search));
  return { list: page.rows.map(showApp), nextPageToken: page.nextPageToken };
}

/** For an app that does not exist the list is empty and not an error, as was seen on the real API. */
function listAppOwners(call: Call) {
  const users = visibleOwnerIds(call).flatMap((id) =>
    call.tenant.state.users.filter((user) => user.id === id),
  );
  const page = takePage(users, pageFromQuery(call, `apps.owners ${call.params.app_id}`));
  return { list: page.rows.map(showUser), nextPageToken: page.nextPageToken };
}

function listAppOwnerIds(call: Call) {
  return { userIds: visibleOwnerIds(call) };
}

function visibleOwnerIds({ tenant, params }: Call): string[] {
  if (!visibleApps(tenant).some(({ id }) => id === params.app_id)) return [];
  return tenant.state.appOwners
    .filter((row) => row.appId === params.app_id && isVisible(row, tenant.clock.now()))
    .map(({ userId }) => userId);
}

function visibleApps({ state, clock }: Tenant) {
  const now = clock.now();
  return state.apps.filter((app) => isVisible(app, now));
}
