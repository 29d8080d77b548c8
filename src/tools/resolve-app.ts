import { type App, type Call, ID } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { describeCandidate, missing, takeOnly } from "./candidates.ts";
import type { Existing, Named, Run } from "./define.ts";
import { foldName } from "./fold-name.ts";
import { type Reading, requireShown } from "./read-all.ts";
import { readNamed } from "./read-named.ts";
import { lookUp } from "./resolve.ts";

/** Something a write refers to: its id, and how to call it in a sentence. */
export interface Target extends Named {
  /** `app "Acme CRM"`, or with the id where the name is not known. */
  readonly label: string;
}

/** An app by id, or by its exact name if only one live app has it. */
export async function resolveApp(field: string, ref: string, run: Run): Promise<Target> {
  if (ID.test(ref)) {
    const app = await lookUp(`${field}: name`, run, (call) => run.api.apps.get(ref, call));
    if (app?.deletedAt !== undefined) {
      throw new Failure("invalid_arguments", `${field}: ${nameApp(app)} is deleted.`, {
        next: "Choose another app.",
      });
    }
    const label = app?.displayName === undefined ? `app ${ref}` : nameApp(app);
    return { id: ref, label, name: app?.displayName };
  }
  const found = await findAppsNamed(ref, run, run.call);
  const only = takeOnly(found, { field, ref, several: "more than one app is named" }, describeApp);
  if (only) return { id: only.id, label: nameApp(only), name: only.displayName };
  const near = await run.api.apps.search({ query: ref.trim() }, { pageSize: 10 }, run.call);
  const close = near.items.filter(isLive).map(describeApp);
  throw missing(
    field,
    "no app is named",
    ref,
    close,
    "Look for the app with find_apps, or create it with create_app.",
  );
}

/** Live apps of exactly that name. */
export async function findAppsNamed(
  name: string,
  { api, clock }: Pick<Run, "api" | "clock">,
  call: Call,
): Promise<Reading<App & Existing>> {
  const wanted = foldName(name);
  const found = await readNamed(name, (displayName, page) => api.apps.search({ displayName }, page, call), {
    clock,
    deadline: call.deadline,
  });
  const live = { ...found, items: found.items.filter(isLive) };
  const shown = requireShown(live, ({ displayName }) => displayName !== undefined);
  const named = shown.items.filter(({ displayName = "" }) => foldName(displayName) === wanted);
  return {
    ...shown,
    items: named.map((app) => ({ ...app, label: describeApp(app), name: app.displayName })),
  };
}

function isLive(app: App): boolean {
  return app.deletedAt === undefined;
}

function nameApp(app: App): string {
  return `app "${cleanText(app.displayName ?? app.id, 120)}"`;
}

function describeApp(app: App): string {
  return describeCandidate(
    app.id,
    app.displayName ?? "unnamed",
    app.description,
    app.createdAt && `created ${app.createdAt}`,
  );
}
