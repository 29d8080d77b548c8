import { z } from "zod/v3";
import type { App } from "../c1/port.ts";
import { cleanText } from "../text.ts";
import { defineRead } from "./define.ts";
import { cursor, limit, listResult, query } from "./fields.ts";
import { listRows, PROBE_PAGE } from "./list-rows.ts";
import { hasName } from "./resolve-reference.ts";

const row = z.object({
  id: z.string(),
  displayName: z.string().optional(),
  description: z.string().optional(),
});

/** `POST /api/v1/search/apps` */
export const findApps = defineRead({
  name: "find_apps",
  title: "Find apps",
  description: "Find, show or list apps (applications): look up an app and its id by name or description.",
  roles: { names: ["Read-Only Super Admin", "Application Admin", "Super Admin"], subject: "seeing apps" },
  input: z.object({ query: query.optional(), limit, cursor }).strict(),
  output: listResult(row),
  probe: async (api, call) => void (await api.apps.search({}, PROBE_PAGE, call)),
  async read({ query, limit, cursor }, run) {
    const text = query?.trim();
    const search = text ? { query: text } : {};
    return listRows({
      query: ["apps", search],
      limit,
      cursor,
      fetch: (page) => run.api.apps.search(search, page, run.call),
      toRow,
      none: "C1 shows no app: try one word of its name; create_app makes a new one.",
      narrow: "More apps match: narrow the query, or pass nextCursor.",
      // C1 also finds apps by one word of a name, or by their description.
      unlike: text
        ? { isMeant: (app) => hasName(app, text), note: "None of these has exactly this name." }
        : undefined,
    });
  },
});

function toRow({ id, displayName, description, deletedAt }: App): z.infer<typeof row> | undefined {
  if (deletedAt !== undefined) return undefined;
  return {
    id,
    ...(displayName !== undefined && { displayName: cleanText(displayName, 80) }),
    ...(description !== undefined && { description: cleanText(description, 60) }),
  };
}
