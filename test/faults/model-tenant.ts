import type { Clock } from "../../src/clock.ts";
import { idOf } from "../support/fake-api.ts";
import type { WriteCase } from "../support/write-cases.ts";
import type { Reply, Row } from "./contents.ts";
import { CALLER, describeNamed, fulfil, makeRow, takePage } from "./model-rows.ts";
import type { Story } from "./story.ts";

/** Who created a row. "older": it existed before the call. "other": somebody else, during the call. "us": the call. */
export type Maker = "older" | "other" | "us";

/** A row as the API shows it, and facts about it that only the model knows. */
export interface Held {
  readonly row: Row;
  readonly by: Maker;
  /** By the clock of the test. */
  readonly shownAt: number;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: Row;
}

export interface ModelTenant {
  /** Apps, connectors or owners, depending on the write. */
  readonly held: readonly Held[];
  /** The tenant's own time, which may differ from the server's. */
  now(): number;
  /**
   * Performs a request and answers as C1 would.
   * @param rowsPerPage a smaller number gives more pages.
   */
  answer(asked: Asked, rowsPerPage: number): Reply;
}

/** Age of older rows at the time of the call, in milliseconds. */
const OLDER_MS = 300_000;

/** When an older row that is not visible at first becomes visible, in milliseconds. */
const SHOWN_LATE_MS = 3_000;

/**
 * A minimal tenant in memory, with just what one write and its look-ups need. Implements the API independently of the client and
 * of the sandbox.
 */
export function createModelTenant(story: Story, write: WriteCase, args: Row, clock: Clock): ModelTenant {
  const held: Held[] = [];
  const now = () => clock.now() + story.skewMs;
  const stamp = (ms: number) => {
    const text = new Date(ms).toISOString();
    return story.wholeSeconds ? text.replace(/\.\d+/, "") : text;
  };
  const add = (row: Row, by: Maker, { createdAt = now(), shownAt = clock.now() } = {}): Row => {
    const id = write.rows === "owners" ? {} : { id: idOf(`${by}${held.length}`) };
    const added = { deletedAt: null, ...row, ...id, createdAt: stamp(createdAt) };
    held.push({ row: added, by, shownAt });
    return added;
  };
  const shown = () =>
    held.filter(({ row, shownAt }) => row.deletedAt === null && shownAt <= clock.now()).map(({ row }) => row);

  if (story.before !== "nothing") {
    const deletedAt = story.before === "the same, deleted" ? stamp(now() - 1_000) : null;
    const delay = story.before === "the same, not shown yet" ? SHOWN_LATE_MS : 0;
    const times = { createdAt: now() - OLDER_MS, shownAt: clock.now() + delay };
    add({ ...fulfil(write, args), deletedAt }, "older", times);
  }

  function commit({ path, body }: Asked): Row {
    meetOther();
    const owner = write.rows === "owners" && held.find(({ row }) => row.deletedAt === null);
    // Adding an existing owner changes nothing.
    if (owner) return owner.row;
    return add(makeRow(write, path, body), "us", { shownAt: clock.now() + story.showsAfterMs });
  }

  /** Somebody else creates the same object, or a similar one, at the same moment. */
  function meetOther(): void {
    if (story.meanwhile === "nobody" || held.some(({ by }) => by === "other")) return;
    const own = story.meanwhile === "a namesake" ? { description: "Not yours.", userIds: [CALLER] } : {};
    if (write.rows !== "owners" || held.length === 0) add({ ...fulfil(write, args), ...own }, "other");
  }

  return {
    held,
    now,
    answer(asked, rowsPerPage) {
      const [path = "", query] = asked.path.split("?");
      const at = `${asked.method} ${path.replace(/[A-Za-z0-9]{27}/g, "*")}`;
      const token = asked.body.pageToken ?? new URLSearchParams(query).get("page_token");
      const page = (rows: readonly unknown[]) => done(takePage(rows, token, rowsPerPage));
      switch (at) {
        case "POST /api/v1/apps":
          return done({ app: commit(asked) });
        case "POST /api/v1/apps/*/connectors":
        case "POST /api/v1/apps/*/connectors/create":
          return done({ connectorView: { connector: commit(asked), appPath: "" }, expanded: [] });
        case `POST ${OWNERS}/primary/*`:
          return done({ connectorOwnerUser: commit(asked) });
        case "POST /api/v1/search/apps":
          return page(shown());
        case "GET /api/v1/apps/*/connectors":
          return page(shown().map((connector) => ({ connector, appPath: "" })));
        case `GET ${OWNERS}`:
          return page(shown());
        case `GET ${OWNERS}/primary/*`:
          return found(shown()[0], (connectorOwnerUser) => ({ connectorOwnerUser }));
        default:
          return found(describeNamed(at, path.split("/").at(-1) ?? ""), (body) => body);
      }
    },
  };
}

const OWNERS = "/api/v2/apps/*/connectors/*/owners/users";

const done = (body: Row): Reply => ({ status: 200, body });

function found(row: Row | undefined, show: (row: Row) => Row): Reply {
  if (row !== undefined) return done(show(row));
  return { status: 404, body: { code: 5, message: "not found", details: [] } };
}
