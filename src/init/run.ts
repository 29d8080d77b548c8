import { rmSync } from "node:fs";
import type { Json, JsonObject } from "../json.ts";
import type { Paint } from "../text-lines.ts";
import { warnOfSecret } from "./advise-secret.ts";
import { listLeftovers } from "./after-removal.ts";
import { chooseFormat } from "./choose-format.ts";
import { CLIENTS, type ClientName } from "./clients.ts";
import { type FindOpenMode, type GivenCredential, type JudgeSecret, storeSecret } from "./credential.ts";
import { showDiff } from "./diff.ts";
import {
  buildEntry,
  contains,
  credentialIn,
  inputsOf,
  isOwnEntry,
  isUnedited,
  readStart,
  SERVER_NAME,
  withoutAdditions,
  writtenOut,
} from "./entry.ts";
import { warnOfSwitch } from "./find-switch.ts";
import type { Format } from "./format.ts";
import { warnOfSyntax } from "./loose-syntax.ts";
import { adviseChange, adviseNext } from "./next-steps.ts";
import { warnOfOwnFolder } from "./own-folder.ts";
import { findConfigFile, type Surroundings } from "./places.ts";
import { Refusal } from "./refusal.ts";
import { decode, encode, readTarget, type TargetFile } from "./target.ts";
import { goBack, type State } from "./undo.ts";
import { backUp, deleteFile, replaceFile } from "./write.ts";

export interface InitRequest {
  readonly client: ClientName;
  readonly sandbox: boolean;
  readonly dryRun: boolean;
  readonly remove: boolean;
  /** Also replaces an entry that somebody edited, and removes one that `init` did not write. */
  readonly force: boolean;
  /** Absolute path of this program. */
  readonly script: string;
  readonly at: Surroundings;
  readonly given?: GivenCredential | undefined;
  /** Judges the secret in the file that the entry names. Passed in, because this module does not know the form of C1's secrets. */
  readonly judgeSecret?: JudgeSecret | undefined;
  /** The server's own check, so that `init` warns of every file that the server will warn of. */
  readonly findOpenMode?: FindOpenMode | undefined;
  readonly now: Date;
  /** Colours the difference. */
  readonly paint?: Paint | undefined;
  /** Width of the terminal, if there is one. */
  readonly columns?: number | undefined;
}

export type InitResult = { readonly ok: boolean; readonly lines: readonly string[] };

/** A planned change of the file. */
interface Change {
  readonly done: string;
  /** New content; undefined deletes the file. */
  readonly bytes: Buffer | undefined;
  /** What the new entry contains in place of placeholders. */
  readonly credential?: GivenCredential | undefined;
  /** Whether an existing entry changes, so that the difference is shown. */
  readonly replaces?: boolean;
  /** Backups that are no longer needed, because this change undoes what they were made for. */
  readonly spent?: readonly string[];
  /** Whether `init` can produce the present content again, so that no backup of it is needed. */
  readonly isRepeatable?: boolean;
}

/** Adds the server to a client's configuration, or removes it. A refusal changes nothing: no work is left half done. */
export function runInit(request: InitRequest): InitResult {
  const { client, at } = request;
  const path = findConfigFile(client, at);
  try {
    const target = readTarget(path);
    const format = chooseFormat(client);
    const present = target.content && format.readServer(target.content.text);
    const change = request.remove
      ? planRemoval(request, target, format, present)
      : planEntry(request, target, format, present);
    const tell = request.dryRun ? preview : carryOut;
    const [done = "", ...rest] =
      typeof change === "string" ? keepEntry(request, change, present) : tell(request, target, change);
    const warning = request.remove
      ? []
      : [...warnOfSyntax(client, target), ...warnOfOff(request, change, target)];
    return { ok: true, lines: [done, ...warning, ...rest] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, lines: [`${path} was left as it is: ${error.message}.`] };
  }
}

/** What keeps the client from starting the entry, once the change is made. */
function warnOfOff({ client, at }: InitRequest, change: Change | string, { content }: TargetFile): string[] {
  const changed = typeof change === "string" || !change.bytes ? content : decode(change.bytes);
  return changed ? warnOfSwitch(client, changed.text, at) : [];
}

/** The entry in the form of the client's file, for pasting. */
export function printEntry(
  request: Pick<InitRequest, "client" | "script" | "sandbox" | "at" | "given">,
): string {
  return chooseFormat(request.client).put("", buildEntry(request));
}

function planEntry(
  request: InitRequest,
  target: TargetFile,
  format: Format,
  present: Json | undefined,
): Change | string {
  const { title } = CLIENTS[request.client];
  const isOwn = present !== undefined && isOwnEntry(present);
  const variables = isOwn ? readStart(present).env : {};
  // A credential that is written out works; placeholders in its place might not.
  const given = request.given ?? (isOwn ? credentialIn(present) : undefined);
  const entry = buildEntry({ ...request, present: variables, given });
  const text = target.content?.text ?? "";
  // Additions by people to the entry are kept unless they are to be replaced.
  const isThere = !request.force && contains(present, entry.server);
  const changed = format.put(text, isThere ? { ...entry, server: present as JsonObject } : entry);
  if (changed === text) return `${SERVER_NAME} is already set up for ${title} in ${target.path}.`;
  const replaces = present !== undefined && !isThere;
  if (replaces && !request.force && !isUnedited(present, request.client, request.at)) {
    throw refuseEdited("replaces");
  }
  return {
    done: `${SERVER_NAME} is set up for ${title} in ${target.path}${isFinished(request, entry.server) ? "" : ", but its credential is still missing"}.`,
    bytes: encode(changed, target.content?.hasMark ?? false),
    credential: writtenOut(entry.server, request.given),
    replaces,
  };
}

/** Claude Desktop fills in nothing itself. */
function isFinished({ client, sandbox }: InitRequest, server: Json): boolean {
  return client !== "claude-desktop" || sandbox || credentialIn(server) !== undefined;
}

function refuseEdited(does: "replaces" | "removes"): Refusal {
  return new Refusal(
    `it has an entry ${SERVER_NAME} that somebody edited; --dry-run --force shows the difference, --force ${does} it and keeps a copy of the file`,
  );
}

function planRemoval(
  { client, force, at }: InitRequest,
  { path, realPath, content }: TargetFile,
  format: Format,
  present: Json | undefined,
): Change | string {
  if (!content || present === undefined) return `There is no ${SERVER_NAME} in ${path}.`;
  if (!isOwnEntry(present) && !force)
    throw new Refusal(
      `its entry ${SERVER_NAME} was not written by init, or somebody edited it since; --force removes it all the same`,
    );
  const isEdited = (server: Json) => isOwnEntry(server) && !isUnedited(server, client, at);
  // Settings are what `init` and the documentation tell people to add; switches are what clients do.
  if (isEdited(present) && !force && isEdited(withoutAdditions(present))) throw refuseEdited("removes");
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

/** The entry is already as requested, but its secret may still change. */
function keepEntry(request: InitRequest, state: string, present: Json | undefined): string[] {
  const { secret, secretFile } = request.given ?? {};
  if (secret !== undefined && secretFile !== undefined && !request.dryRun) {
    storeSecret(secretFile, secret);
    return [state, `The secret in ${secretFile} is replaced.`, "", ...adviseNext(request)];
  }
  const { client, at } = request;
  const kept = present === undefined ? undefined : credentialIn(present);
  const hasMore = !request.remove && present !== undefined && !isUnedited(present, client, at);
  if (!request.remove && present !== undefined && !isFinished(request, present))
    return [`${state} Nothing was changed, and its credential is still missing.`, "", ...adviseNext(request)];
  return [
    `${state} Nothing was changed${hasMore ? ": what was added to the entry stays; --force rewrites it" : ""}.`,
    ...(request.remove
      ? []
      : [...warnOfSecret({ ...request, given: kept }), ...adviseChange(request, kept !== undefined)]),
  ];
}

function preview(request: InitRequest, target: TargetFile, change: Change): string[] {
  const { client, at, remove } = request;
  const { title, perProject } = CLIENTS[client];
  const where = perProject ? ` for work in ${at.cwd}` : "";
  return [
    `${showChange(request, target, change)}\n`,
    ...(remove ? [] : warnOfSecret({ ...request, given: change.credential })),
    `This was a dry run for ${title}${where}: nothing was changed. Without --dry-run, the same command does it.`,
    ...(remove ? [] : warnOfOwnFolder(request)),
  ];
}

function showChange(
  { paint, columns }: InitRequest,
  { path, content }: TargetFile,
  { bytes }: Change,
): string {
  return showDiff(path, content?.bytes.toString("utf8"), bytes?.toString("utf8"), paint, columns);
}

function carryOut(request: InitRequest, target: TargetFile, change: Change): string[] {
  const { bytes, done, replaces, spent = [], isRepeatable = false } = change;
  const { client, at, now, remove, given } = request;
  const base = CLIENTS[client].perProject ? at.cwd : at.home;
  const backup = target.content && !isRepeatable ? backUp(target, now) : undefined;
  if (bytes === undefined) {
    deleteFile(target, base, spent);
    return [done, ...listLeftovers(client, at, target.realPath)];
  }
  const putBack = given?.secret && given.secretFile ? storeSecret(given.secretFile, given.secret) : undefined;
  try {
    replaceFile(target, bytes);
  } catch (error) {
    // The old entry needs the old secret.
    putBack?.();
    throw error;
  }
  for (const path of spent) rmSync(path, { force: true });
  return [
    done,
    ...(replaces ? ["The entry that was there is replaced:", showChange(request, target, change)] : []),
    ...(backup === undefined ? [] : [`The file as it was: ${backup}`]),
    ...(remove
      ? listLeftovers(client, at, target.realPath)
      : ["", ...adviseNext({ ...request, given: change.credential })]),
  ];
}
