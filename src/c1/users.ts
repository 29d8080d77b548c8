import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, objects, part, text, texts } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, User } from "./port.ts";
import { buildBody } from "./write.ts";

const userSchema = z.object({
  id: text,
  displayName: text,
  email: text,
  emails: texts,
  jobTitle: text,
  department: text,
  status: text,
  type: text,
  deletedAt: text,
});
const viewSchema = z.object({ user: part(userSchema), userId: text });
const getSchema = z.object({ userView: viewSchema });
const searchSchema = z.object({ list: objects, nextPageToken: text });

/** Reads a user record; undefined without an id. */
export function parseUser(record: unknown): User | undefined {
  const user = userSchema.safeParse(record).data;
  return user?.id === undefined ? undefined : toUser(user, user.id);
}

function toUser({ emails, ...user }: Partial<z.infer<typeof userSchema>>, id: string): User {
  return dropUndefined({ ...user, emails: emails?.length ? emails : undefined, id });
}

function readView({ user, userId }: z.infer<typeof viewSchema>, asked?: string): User | undefined {
  const id = user?.id ?? userId ?? asked;
  return id === undefined ? undefined : toUser(user ?? {}, id);
}

export function createUsers(http: Http): C1Api["users"] {
  return {
    async get(id, call) {
      return http.request(
        {
          operation: "read the user",
          method: "GET",
          path: buildPath("/api/v1/users/{userId}", { userId: id }),
          write: false,
          parse(answer) {
            const view = getSchema.safeParse(answer).data?.userView;
            // A record can come blank, its id included: the id that was asked for is what remains.
            return view && readView(view, id);
          },
        },
        call,
      );
    },
    async search(query, page, call) {
      return http.request(
        {
          operation: "search users",
          method: "POST",
          path: buildPath("/api/v1/search/users", {}),
          body: JSON.stringify(buildBody({ ...query, ...page })),
          write: false,
          parse(answer) {
            const { list, nextPageToken } = searchSchema.parse(answer);
            const items = list.flatMap((row) => {
              const view = viewSchema.safeParse(row).data;
              return (view && readView(view)) ?? [];
            });
            return dropUndefined({ items, nextPageToken });
          },
        },
        call,
      );
    },
  };
}
