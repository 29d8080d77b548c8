import type { App, C1Api, Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import { ambiguous, describeCandidate, foldName, missing } from "./candidates.ts";
import type { Existing, Run } from "./define.ts";
import { ID } from "./fields.ts";
import { readAll } from "./read-all.ts";
import { lookUp } from "./resolve.ts";

/** Something a write refers to: its id, and how to call it in a sentence. */
export interface Target {
  readonly id: string;
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
    return { id: ref, label: app?.displayName === undefined ? `app ${ref}` : nameApp(app) };
  }
  const found = await readAll((page) => run.api.apps.search({ displayName: ref.trim() }, page, run.call));
  const exact = found.items.filter((app) => isLive(app) && foldName(app.displayName ?? "") === foldName(ref));
  const [only] = exact;
  if (only && exact.length === 1 && !found.more) return { id: only.id, label: nameApp(only) };
  if (exact.length > 0) throw ambiguous(field, "more than one app is named", ref, exact.map(describeApp));
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

/** Live apps of exactly that name. An unread rest counts as "could not tell". */
export async function findAppsNamed(name: string, api: C1Api, call: Call): Promise<(App & Existing)[]> {
  const { items, more } = await readAll((page) => api.apps.search({ displayName: name.trim() }, page, call));
  const found = items.filter((app) => isLive(app) && foldName(app.displayName ?? "") === foldName(name));
  if (more && found.length === 0) {
    throw new Failure("rejected", "Too many apps have a name like that to look through.");
  }
  return found.map((app) => ({ ...app, label: describeApp(app) }));
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
