import type { Json, JsonObject } from "../json.ts";
import {
  holdsOtherCredential,
  keepAdditions,
  keepStart,
  tellAdditions,
  warnOfTenant,
  withoutAdditions,
} from "./additions.ts";
import { CLIENTS } from "./clients.ts";
import type { GivenCredential } from "./credential.ts";
import { listEdits, nameDifferences } from "./edits.ts";
import {
  buildEntry,
  contains,
  credentialIn,
  type Entry,
  inputsOf,
  isOwnEntry,
  isUnedited,
  listWritten,
  readStart,
  SERVER_NAME,
  writtenOut,
} from "./entry.ts";
import type { Format } from "./format.ts";
import { describeOtherServer } from "./other-server.ts";
import { readOwnStart } from "./read-script.ts";
import { Refusal } from "./refusal.ts";
import type { InitRequest } from "./request.ts";
import { encode, type TargetFile } from "./target.ts";
import { goBack, type State } from "./undo.ts";

/** A planned change of the file. */
export interface PlannedChange {
  readonly done: string;
  /** New content; undefined deletes the file. */
  readonly bytes: Buffer | undefined;
  /** What the new entry contains in place of placeholders. */
  readonly credential?: GivenCredential | undefined;
  /** Whether the new entry has a person agree to each write. */
  readonly isConfirmed?: boolean;
  /** Whether an existing entry changes, so that the difference is shown. */
  readonly replaces?: boolean;
  /** What a person must know of the new entry, besides the difference. */
  readonly notes?: readonly string[];
  /** Backups that are no longer needed, because this change undoes what they were made for. */
  readonly spent?: readonly string[];
  /** Whether `init` can produce the present content again, so that no backup of it is needed. */
  readonly isRepeatable?: boolean;
}

/** The change that adds the entry or replaces it, or a sentence that says that it is there. */
export function planEntry(
  request: InitRequest,
  target: TargetFile,
  format: Format,
  present: Json | undefined,
): PlannedChange | string {
  const { title } = CLIENTS[request.client];
  const entry = wantEntry(request, present);
  const text = target.content?.text ?? "";
  const { server, replaces } = decideEntry(request, present, entry.server);
  const changed = format.put(text, { ...entry, server });
  if (changed === text) return `${SERVER_NAME} is already set up for ${title} in ${target.path}.`;
  return {
    done: `${SERVER_NAME} is set up for ${title} in ${target.path}${isFinished(request, server) ? "" : ", but its credential is still missing"}.`,
    bytes: encode(changed, target.content?.hasMark ?? false),
    credential: writtenOut(server, request.given),
    isConfirmed: readStart(server).env.C1_MCP_WRITES === "confirm",
    replaces,
    notes: [
      ...(replaces && present !== undefined && describeOtherServer(present) === undefined
        ? tellAdditions(present, entry.server, server, request.given !== undefined)
        : []),
      ...(request.given ? warnOfTenant(server) : []),
    ],
  };
}

/** The entry that is asked for, with what a person filled in at the present one if nothing else is given. */
export function wantEntry(
  request: Pick<InitRequest, "client" | "script" | "sandbox" | "at" | "given">,
  present: Json | undefined,
): Entry {
  const { command, args, env } = readStart(present ?? {});
  const isOwn = present !== undefined && readOwnStart(command, args) !== undefined;
  const variables = isOwn ? env : {};
  // A credential that is written out works; placeholders in its place might not.
  const given = request.given ?? (isOwn ? credentialIn(present) : undefined);
  return buildEntry({ ...request, present: variables, given });
}

/** Throws a Refusal if the present entry must stay. */
function decideEntry(
  request: InitRequest,
  present: Json | undefined,
  wanted: JsonObject,
): { readonly server: JsonObject; readonly replaces: boolean } {
  const { force, given } = request;
  if (present === undefined || force) return { server: wanted, replaces: present !== undefined };
  const clashes = given !== undefined && holdsOtherCredential(present);
  // Additions by people to the entry are kept unless they are to be replaced.
  const { args: _args, ...rest } = wanted;
  if (contains(present, { ...rest, ...keepStart(present, wanted) }) && !clashes)
    return { server: present as JsonObject, replaces: false };
  const edits = listEdits(present, request);
  if (edits.length > 0) throw refuseToReplace(present, edits);
  return { server: keepAdditions(present, wanted, request), replaces: true };
}

/** Claude Desktop fills in nothing itself. */
export function isFinished({ client, sandbox }: InitRequest, server: Json): boolean {
  return client !== "claude-desktop" || sandbox || credentialIn(server) !== undefined;
}

function refuseToReplace(present: Json, edits: readonly string[]): Refusal {
  const other = describeOtherServer(present);
  return other === undefined
    ? refuseEdited("replaces", edits)
    : new Refusal(
        `its entry ${SERVER_NAME} ${other}; rename it to keep both, or replace it with --force, which keeps a copy of the file`,
      );
}

function refuseEdited(does: "replaces" | "removes", edits: readonly string[]): Refusal {
  return new Refusal(
    `it has an entry ${SERVER_NAME} that somebody edited (${edits.join(", ")}); --dry-run --force shows the difference, --force ${does} it and keeps a copy of the file`,
  );
}

/** The change that removes the entry, or a sentence that says that there is none. */
export function planRemoval(
  { client, force, at }: InitRequest,
  { path, realPath, content }: TargetFile,
  format: Format,
  present: Json | undefined,
): PlannedChange | string {
  if (!content || present === undefined) return `There is no ${SERVER_NAME} in ${path}.`;
  if (!isOwnEntry(present) && !force)
    throw new Refusal(
      `its entry ${SERVER_NAME} ${describeOtherServer(present) ?? "was not written by init, or somebody edited it since"}; --force removes it all the same`,
    );
  const isEdited = (server: Json) => isOwnEntry(server) && !isUnedited(server, client, at);
  // Settings are what `init` and the documentation tell people to add; switches are what clients do.
  const bare = withoutAdditions(present);
  if (isEdited(present) && !force && isEdited(bare))
    throw refuseEdited("removes", nameDifferences(bare as JsonObject, listWritten(bare, client, at)));
  const history = goBack(realPath, { ...content, server: present }, format, inputsOf(client));
  const { state, backups } = history;
  // What a person wrote stays in a backup.
  const spent = backups.filter(({ server }) => server === undefined || !isEdited(server));
  const asWritten = isUnedited(present, client, at);
  const undone = { spent: spent.map((backup) => backup.path), isRepeatable: asWritten && backups.length > 0 };
  if (backups.length > 0 && !(state.server !== undefined && isOwnEntry(state.server)))
    return { done: tellRestored(path, state), bytes: state.bytes, ...undone };
  const text = format.remove(state.text);
  if (format.isBlank(text)) {
    const done = `${path} held nothing else and was deleted.`;
    return { done, bytes: undefined, ...undone, isRepeatable: asWritten };
  }
  return { done: `${SERVER_NAME} was removed from ${path}.`, bytes: encode(text, state.hasMark), ...undone };
}

const tellRestored = (path: string, { server }: State) =>
  `${path} is again as it was before init${server === undefined ? "" : `, with the entry ${SERVER_NAME} that --force replaced`}.`;
