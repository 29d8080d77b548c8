import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, part, text, texts } from "./parse.ts";
import { buildPath } from "./path.ts";
import { type C1Api, ID, type User } from "./port.ts";
import { createSearch } from "./search.ts";

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

/** Reads a user record; undefined without a valid id. */
export function parseUser(record: unknown): User | undefined {
  const user = userSchema.safeParse(record).data;
  return user && toUser(user, user.id);
}

function toUser(
  { emails, ...user }: Partial<z.infer<typeof userSchema>>,
  id: string | undefined,
): User | undefined {
  if (id === undefined || !ID.test(id)) return undefined;
  return dropUndefined({ ...user, emails: emails?.length ? emails : undefined, id });
}

/** @param asked the requested id. A record can be blank, id included, and then this is all that is known. */
function readView(row: unknown, asked?: string): User | undefined {
  const view = viewSchema.safeParse(row).data;
  return view && toUser(view.user ?? {}, view.user?.id ?? view.userId ?? asked);
}

function parseGet({ userView }: Fields, asked: string): User | undefined {
  const user = readView(userView, asked);
  return user?.id === asked ? user : undefined;
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
          parse: (answer) => parseGet(answer, id),
        },
        call,
      );
    },
    search: createSearch(http, "users", (row) => readView(row)),
  };
}
