import type { Http } from "./http.ts";
import { type Fields, readPage } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { AppQuery, Call, Page, PageRequest, PolicyQuery, UserQuery } from "./port.ts";
import { buildBody } from "./write.ts";

type Query = AppQuery | PolicyQuery | UserQuery;

/** C1's search for objects of one kind. All of them take the filters and the page in one body. */
export function createSearch<T>(
  http: Http,
  kind: "apps" | "policies" | "users",
  read: (row: Fields) => T | undefined,
): (query: Query, page: PageRequest, call: Call) => Promise<Page<T>> {
  return async (query, page, call) =>
    http.request(
      {
        operation: `search ${kind}`,
        method: "POST",
        path: buildPath(`/api/v1/search/${kind}`, {}),
        body: JSON.stringify(buildBody({ ...query, ...page })),
        write: false,
        parse: (answer) => readPage(answer, read),
      },
      call,
    );
}
