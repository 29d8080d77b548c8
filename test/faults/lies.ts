import type { WriteCase } from "../support/write-cases.ts";
import { type Change, changeAnswer, changeRow, DECOY, type Reply, type Row } from "./contents.ts";
import { fulfil } from "./model-rows.ts";

/** What is wrong with a list or with the rows in it; a `Change` is made to each row. */
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

/** What an upstream can say that is not so. In place of the truth, or beside it: see `Rule`. */
export type Lie =
  | { readonly say: "status"; readonly status: number; readonly code: number | null }
  | { readonly say: "content"; readonly change: Change | "blank" | "an id known before" | "an app beside it" }
  | { readonly say: "page"; readonly page: PageLie }
  | { readonly say: "another row" | "blank row" }
  | { readonly say: "useless"; readonly body: string }
  | { readonly say: "no answer" }
  | { readonly say: "late"; readonly ms: number };

/** gRPC codes by which nothing was run: the request was wrong, unwelcome, or not allowed. */
const SAYS_NO = new Set([3, 5, 6, 7, 8, 9, 11, 12, 16]);

/** Statuses of the caller's fault that C1 or something before it may also send while the request is running. */
const MID_WAY = new Set([408, 425, 499]);

/** Whether an answer says that nothing was run, and says so consistently: after a commit nobody could see through it. */
export function saysNotRun({ rows }: Pick<WriteCase, "rows">, lie: Lie): boolean {
  if (lie.say !== "status" || lie.status < 400 || lie.status > 499 || MID_WAY.has(lie.status)) return false;
  if (lie.code === null || SAYS_NO.has(lie.code)) return true;
  // To have been in each other's way means little where doing it twice is doing it once.
  return lie.status === 409 && lie.code === 10 && rows === "owners";
}

/** Whether a reading that met this lie is neither complete nor refused. */
export function leavesOpen(lie: Lie): boolean {
  if (lie.say === "page") return OPEN_PAGES.has(lie.page);
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
  /** An id that the reading before the write showed; empty when it showed none. */
  readonly knownId: string;
  /** Different for each answer. */
  readonly serial: number;
}

/** The answer as the lie leaves it. Where there is no row to change, the likeness of one is changed. */
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

/** Two apps of one name differ in nothing that is shown; two connectors do in their apps. */
function nameOf({ rows }: WriteCase): Row {
  return rows === "apps" ? { displayName: DECOY.name } : {};
}

/** Another row in the place of the one that was asked for by its id. */
function tellName(body: Row, row: Row): Row {
  if (body.app) return { app: row };
  if (body.connectorView) return { connectorView: { connector: row } };
  if (body.userView) return { userView: { user: row, userId: row.id } };
  return body;
}
