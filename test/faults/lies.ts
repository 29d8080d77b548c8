import type { WriteCase } from "../support/write-cases.ts";
import { type Change, changeAnswer, changeRow, DECOY, type Reply, type Row } from "./contents.ts";
import { fulfil } from "./model-rows.ts";

/** Ways in which a list or its rows can be wrong. A `Change` applies to every row. */
export type PageLie =
  | Change
  | "one row a page"
  | "the same token"
  | "no end"
  | "a row that is none"
  | "a row without id"
  | "a row of another id form"
  | "a foreign row"
  | "each row twice"
  | "made in the future"
  | "made at no time";

/** Wrong answers of an upstream. Whether a write runs all the same is up to the `Rule`. */
export type Lie =
  | { readonly say: "status"; readonly status: number; readonly code: number | null }
  | { readonly say: "content"; readonly change: Change | "blank" | "an id known before" | "an app beside it" }
  | { readonly say: "page"; readonly page: PageLie }
  | { readonly say: "another row" | "blank row" }
  | { readonly say: "useless"; readonly body: string }
  | { readonly say: "no answer" }
  | { readonly say: "late"; readonly ms: number };

/** gRPC codes that say that the request did not run: it was invalid, refused or not allowed. */
const SAYS_NO = new Set([3, 5, 6, 7, 8, 9, 11, 12, 16]);

/** 4xx statuses that C1, or a proxy before it, may also send while the request is running. */
const MID_WAY = new Set([408, 425, 499]);

/** Whether an answer says consistently that the request did not run. After a commit, nobody could detect that lie. */
export function saysNotRun({ rows }: Pick<WriteCase, "rows">, lie: Lie): boolean {
  if (lie.say !== "status" || lie.status < 400 || lie.status > 499 || MID_WAY.has(lie.status)) return false;
  if (lie.code === null || SAYS_NO.has(lie.code)) return true;
  // Adding an owner twice has the same effect as adding them once, so ABORTED means no more than "not run" there.
  return lie.status === 409 && lie.code === 10 && rows === "owners";
}

/** Whether a look-up that got this answer is neither complete nor refused. */
export function leavesOpen(lie: Lie): boolean {
  if (lie.say === "page") return OPEN_PAGES.has(lie.page);
  if (lie.say === "useless") return true;
  if (lie.say !== "status" || (lie.status !== 403 && lie.status !== 404)) return false;
  return lie.code !== null && !SAYS_NO.has(lie.code);
}

const OPEN_PAGES = new Set<PageLie>([
  "the same token",
  "no end",
  "a row that is none",
  "a row without id",
  "a row of another id form",
]);

export interface Around {
  readonly write: WriteCase;
  readonly args: Row;
  /** An id that the look-up before the write returned; empty if it returned none. */
  readonly knownId: string;
  /** Different for each answer. */
  readonly serial: number;
}

/** Turns the true answer into the lie. If there is no row to change, a made-up one is changed. */
export function tellLie(lie: Lie, truth: Reply, around: Around): Reply {
  switch (lie.say) {
    case "status": {
      const body = { ...(lie.code !== null && { code: lie.code }), message: "no", details: [] };
      return { status: lie.status, body };
    }
    case "content":
      return { status: 200, body: tellContent(lie.change, truth.body, around) };
    case "page":
      if (truth.status !== 200) return truth;
      return { ...truth, body: tellPage(lie.page, truth.body as Row & { list: Row[] }, around) };
    case "another row":
      return { ...truth, body: tellName(truth.body as Row, FOREIGN) };
    case "blank row":
      return { ...truth, body: tellName(truth.body as Row, { id: "", displayName: "", email: "" }) };
    case "useless":
      return { status: 200, body: lie.body };
    case "no answer":
    case "late":
      return truth;
  }
}

const FOREIGN = {
  id: DECOY.id,
  displayName: DECOY.name,
  status: "DELETED",
  deletedAt: "2025-06-01T00:00:00Z",
};

type Content = Extract<Lie, { say: "content" }>["change"];

function tellContent(change: Content, body: unknown, { write, knownId }: Around): unknown {
  switch (change) {
    case "blank":
      return changeAnswer(write, body, (row) => ({ ...row, displayName: "", description: null, appId: "" }));
    case "an id known before":
      return changeAnswer(write, body, (row) => ({ ...row, id: knownId }));
    case "an app beside it": {
      const { connectorView } = body as { connectorView: Row };
      return { connectorView: { ...connectorView, appPath: "$.expanded[0]" }, expanded: [FOREIGN] };
    }
    default:
      return changeAnswer(write, body, (row) => changeRow(row, change));
  }
}

function tellPage(page: PageLie, body: Row & { list: Row[] }, { write, args, serial }: Around): Row {
  const inView = (row: Row) => (write.rows === "connectors" ? { connector: row } : row);
  const wished = { ...fulfil(write, args), createdAt: "2026-01-01T00:00:00Z" };
  const plus = (row: unknown) => ({ ...body, list: [...body.list, row] });
  const each = (alter: (row: Row) => Row) => ({
    ...body,
    list: body.list.map((row) => inView(alter((row.connector as Row | undefined) ?? row))),
  });
  switch (page) {
    case "one row a page":
      return body;
    case "the same token":
      return { ...body, nextPageToken: "again" };
    case "no end":
      return { ...body, nextPageToken: `page ${serial}` };
    case "a row that is none":
      return plus(null);
    case "a row without id":
      return plus(inView(wished));
    case "a row of another id form":
      return plus(inView({ ...wished, id: "app/42" }));
    case "a foreign row":
      return plus(inView({ ...wished, id: DECOY.id, appId: DECOY.id, ...nameOf(write) }));
    case "each row twice":
      return { ...body, list: body.list.flatMap((row) => [row, row]) };
    case "made in the future":
      return each((row) => ({ ...row, createdAt: "2099-01-01T00:00:00Z" }));
    case "made at no time":
      return each((row) => ({ ...row, createdAt: null }));
    default:
      return each((row) => changeRow(row, page));
  }
}

/** A foreign app must differ by its name, because nothing else of it is shown; a foreign connector differs by its app. */
function nameOf({ rows }: WriteCase): Row {
  return rows === "apps" ? { displayName: DECOY.name } : {};
}

/** Replaces the row that was read by id. */
function tellName(body: Row, row: Row): Row {
  if (body.app) return { app: row };
  if (body.connectorView) return { connectorView: { connector: row } };
  if (body.userView) return { userView: { user: row, userId: row.id } };
  return body;
}
