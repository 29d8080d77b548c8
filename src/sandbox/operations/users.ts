import { z } from "zod/v3";
import { enumText, flag, idRefs, ids, int32, listOf, readFields, text, texts } from "../fields.ts";
import { rankByQuery } from "../matching.ts";
import { PAGE_QUERY, pageFromBody, pageFromQuery, takePage } from "../paging.ts";
import { notFound } from "../problems.ts";
import type { UserRow } from "../state.ts";
import type { Call, Operation } from "../tenant.ts";
import { showBlankUser, showUser, showUserView } from "../views/user-view.ts";

const ORIGINS = [
  "USER_ORIGIN_UNSPECIFIED",
  "USER_ORIGIN_DIRECTORY",
  "USER_ORIGIN_LOCAL",
  "USER_ORIGIN_SYSTEM",
];
const TYPES = [
  "USER_TYPE_UNSPECIFIED",
  "USER_TYPE_SYSTEM",
  "USER_TYPE_HUMAN",
  "USER_TYPE_SERVICE",
  "USER_TYPE_AGENT",
];
const STATUSES = ["UNKNOWN", "ENABLED", "DISABLED", "DELETED"];
const MASK_PATHS = ["role_ids", "manager_ids", "delegated_user_id", "directory_ids", "*"];
const DELEGATE_STATUSES = [
  "DELEGATE_STATUS_UNSPECIFIED",
  "DELEGATE_STATUS_HAS_DELEGATE",
  "DELEGATE_STATUS_NO_DELEGATE",
];

const searchShape = z
  .object({
    query: text,
    email: text,
    refs: idRefs,
    ids,
    userStatuses: listOf(enumText(STATUSES, "UNKNOWN")),
    roleIds: texts,
    managerIds: ids,
    departments: texts,
    jobTitles: texts,
    excludeIds: ids,
    origins: listOf(enumText(ORIGINS, "USER_ORIGIN_UNSPECIFIED")),
    excludeOrigins: listOf(enumText(ORIGINS, "USER_ORIGIN_UNSPECIFIED")),
    excludeTypes: listOf(enumText(TYPES, "USER_TYPE_UNSPECIFIED")),
    sourceAppIds: ids,
    isDelegate: flag,
    delegatedUserIds: ids,
    delegateStatus: enumText(DELEGATE_STATUSES, "DELEGATE_STATUS_UNSPECIFIED"),
    expandMask: z
      .object({ paths: listOf(enumText(MASK_PATHS, "")) })
      .strict()
      .nullish(),
    pageSize: int32,
    pageToken: text,
  })
  .strict();
type Search = z.output<typeof searchShape>;

export const userOperations: readonly Operation[] = [
  { name: "users.search", method: "POST", path: "/api/v1/search/users", writes: false, run: searchUsers },
  { name: "users.get", method: "GET", path: "/api/v1/users/{id}", writes: false, run: getUser },
  {
    name: "users.list",
    method: "GET",
    path: "/api/v1/users",
    writes: false,
    query: PAGE_QUERY,
    emptyId: "redirect",
    run: listUsers,
  },
];

/** Rows are wrapped and lack what an expand mask asks for, because the sandbox stores neither roles nor directories. */
function searchUsers(call: Call) {
  const search = readFields(call, "SearchUsersRequest", searchShape);
  const found = call.tenant.state.users.filter((user) => isWanted(user, search));
  const ranked = rankByQuery(found, search.query, (user) => [user.displayName, ...user.emails]);
  const page = takePage(ranked, pageFromBody("users.search", search));
  return {
    list: page.rows.map((user) => showUserView(showTo(call, user))),
    expanded: [],
    nextPageToken: page.nextPageToken,
  };
}

function getUser(call: Call) {
  const user = call.tenant.state.users.find(({ id }) => id === call.params.id);
  if (user === undefined) throw notFound();
  return { userView: showUserView(showTo(call, user)), expanded: [] };
}

function listUsers(call: Call) {
  const users = call.tenant.state.users.filter(({ status }) => status !== "DELETED");
  const page = takePage(users, pageFromQuery(call, "users.list"));
  return {
    list: page.rows.map((user) => showUserView(showTo(call, user))),
    expanded: [],
    nextPageToken: page.nextPageToken,
  };
}

/** Finds deleted people only by id or status; whether the real search shows them is not known. */
function isWanted(user: UserRow, search: Search): boolean {
  const wantedIds = [...search.refs.map(({ id }) => id), ...search.ids];
  const statuses = search.userStatuses;
  return (
    allows(wantedIds, user.id) &&
    allows(statuses, user.status) &&
    (user.status !== "DELETED" || statuses.length > 0 || wantedIds.length > 0) &&
    (search.email === "" ||
      user.emails.some((email) => email.toLowerCase() === search.email.toLowerCase())) &&
    allows(search.departments, user.department) &&
    allows(search.jobTitles, user.jobTitle) &&
    allowsAny(search.roleIds, user.roleIds) &&
    allowsAny(search.managerIds, user.managerIds) &&
    allows(search.origins, user.origin) &&
    !search.excludeIds.includes(user.id) &&
    !search.excludeOrigins.includes(user.origin) &&
    !search.excludeTypes.includes(user.type) &&
    !asksForDelegates(search) &&
    search.sourceAppIds.length === 0
  );
}

/** Nobody in the sandbox has a delegate. */
function asksForDelegates({ isDelegate, delegatedUserIds, delegateStatus }: Search): boolean {
  return isDelegate || delegatedUserIds.length > 0 || delegateStatus === "DELEGATE_STATUS_HAS_DELEGATE";
}

function allows(wanted: readonly string[], value: string): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function allowsAny(wanted: readonly string[], values: readonly string[]): boolean {
  return wanted.length === 0 || values.some((value) => wanted.includes(value));
}

/** A caller with neither an administrator nor a read-only role sees other people blanked. */
function showTo({ tenant, caller }: Call, user: UserRow) {
  const isBasic = !tenant.auth.roles.some((role) => role === "system:owner" || role === "system:viewer");
  return isBasic && user.id !== caller.userId ? showBlankUser(user) : showUser(user);
}
