import type { App, Call } from "../c1/port.ts";
import { wordsOf } from "../find-by-words.ts";
import { quoteForeign } from "../text.ts";
import { describeCandidate, describeCreation } from "./candidates.ts";
import { isAlike } from "./is-alike.ts";
import type { Run } from "./job.ts";
import type { Existing, Named } from "./named.ts";
import { type Reading, requireShown } from "./read-all.ts";
import { readNamed } from "./read-named.ts";
import { hasName, isLive, isNear, refuseDeleted, resolveReference } from "./resolve-reference.ts";

/** An object that a write refers to: its id, and what to call it in a sentence. */
export interface Target extends Named {
  /** `app "Acme CRM"`, or with the id if the name is not known. */
  readonly label: string;
}

/** The argument that names one. */
const FIELD = "appId";

/** An app by id, or by its exact name if only one live app has it. */
export async function resolveApp(ref: string, run: Run): Promise<Target> {
  const { apps } = run.api;
  const { id, shown } = await resolveReference<App>(
    FIELD,
    ref,
    {
      shows: "name",
      get: apps.get,
      async find(name) {
        const search = () => apps.search({ query: name.trim() }, { pageSize: 50 }, run.call);
        return {
          named: await findAppsNamed(name, run, run.call),
          others: async () => (await search()).items.filter(isLive),
        };
      },
      refuse: (app) => refuseDeleted(FIELD, "app", app, nameApp(app)),
      describe: describeApp,
      several: "more than one app is named",
      none: "no app is named",
      // C1 also finds what has only one of the words.
      couldBe,
      lookWith: "Look for the app with find_apps, or create it with create_app.",
    },
    run,
  );
  const name = shown?.displayName;
  return { id, label: shown && name !== undefined ? nameApp(shown) : `app ${id}`, name };
}

/** Live apps with exactly that name. */
export async function findAppsNamed(
  name: string,
  { api, clock }: Pick<Run, "api" | "clock">,
  call: Call,
): Promise<Reading<App & Existing>> {
  const found = await readNamed(name, (displayName, page) => api.apps.search({ displayName }, page, call), {
    clock,
    deadline: call.deadline,
  });
  const live = { ...found, items: found.items.filter(isLive) };
  const shown = requireShown(live, ({ displayName }) => displayName !== undefined);
  const named = shown.items.filter((app) => hasName(app, name));
  return {
    ...shown,
    items: named.map((app) => ({ ...app, label: describeApp(app), name: app.displayName })),
  };
}

/** People may call an app by what it is for, and then its description has all of their words. */
function couldBe(app: App, name: string): boolean {
  const { description = "" } = app;
  const isDescribed = wordsOf(name).length <= wordsOf(description).length && isAlike(name, description);
  return isNear(app, name) || isDescribed;
}

function nameApp(app: App): string {
  return `app ${quoteForeign(app.displayName ?? app.id, 120)}`;
}

function describeApp(app: App): string {
  return describeCandidate(
    app.id,
    app.displayName ?? "unnamed",
    [app.description],
    [describeCreation(app.createdAt)],
  );
}
