import { z } from "zod/v3";
import type { User, UserQuery } from "../c1/port.ts";
import { cleanText } from "../text.ts";
import { defineRead } from "./define.ts";
import { cursor, EMAIL, limit, listResult, query } from "./fields.ts";
import { listRows, PROBE_PAGE } from "./list-rows.ts";
import { hasEmail } from "./resolve-people.ts";

const row = z.object({
  id: z.string(),
  displayName: z.string().optional(),
  email: z.string().optional(),
  jobTitle: z.string().optional(),
  status: z.string().optional(),
});

/** `POST /api/v1/search/users` */
export const findUsers = defineRead({
  name: "find_users",
  title: "Find people",
  description:
    "Find, list or look up people and their ids: search for a person (user, colleague, employee, account) in ConductorOne by name or whole e-mail address.",
  roles: { names: ["Read-Only Super Admin", "Super Admin"], subject: "seeing people" },
  input: z.object({ query: query.optional(), limit, cursor }).strict(),
  output: listResult(row),
  probe: async (api, call) => void (await api.users.search({}, PROBE_PAGE, call)),
  async read({ query, limit, cursor }, run) {
    const search = toSearch(query?.trim() ?? "");
    return listRows({
      query: search,
      limit,
      cursor,
      fetch: (page) => run.api.users.search(search, page, run.call),
      // However C1 matches it, the e-mail address must be equal to the one requested.
      toRow: (user) =>
        search.email !== undefined && !hasEmail(user, search.email) ? undefined : toRow(user),
      none:
        search.email === undefined
          ? "C1 shows nobody: try one part of the name, or the whole e-mail address."
          : "C1 shows nobody with exactly this e-mail address: try a part of the name.",
      narrow: "More people match: narrow the query, or pass nextCursor.",
    });
  },
});

function toSearch(text: string): UserQuery {
  if (text === "") return {};
  return EMAIL.test(text) ? { email: text } : { query: text };
}

function toRow(user: User): z.infer<typeof row> {
  const status = user.deletedAt === undefined ? user.status : "DELETED";
  return {
    id: user.id,
    ...(user.displayName !== undefined && { displayName: cleanText(user.displayName, 60) }),
    ...(user.email !== undefined && { email: cleanText(user.email, 80) }),
    ...(user.jobTitle !== undefined && { jobTitle: cleanText(user.jobTitle, 40) }),
    ...(status !== undefined && { status: cleanText(status, 20) }),
  };
}
