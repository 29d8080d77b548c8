import { rmSync } from "node:fs";
import type { Json } from "../json.ts";
import { listDropped } from "./additions.ts";
import { warnOfSecret } from "./advise-secret.ts";
import { listLeftovers } from "./after-removal.ts";
import { chooseFormat } from "./choose-format.ts";
import { CLIENTS } from "./clients.ts";
import { type GivenCredential, storeSecret } from "./credential.ts";
import { showDiff } from "./diff.ts";
import { credentialIn, isUnedited, readStart, writtenOut } from "./entry.ts";
import { warnOfSwitch } from "./find-switch.ts";
import { warnOfSyntax } from "./loose-syntax.ts";
import { adviseChange, adviseNext } from "./next-steps.ts";
import { describeOtherServer } from "./other-server.ts";
import { warnOfOwnFolder } from "./own-folder.ts";
import { findConfigFile } from "./places.ts";
import { isFinished, type PlannedChange, planEntry, planRemoval, wantEntry } from "./plan.ts";
import { Refusal } from "./refusal.ts";
import type { InitRequest } from "./request.ts";
import { decode, readTarget, type TargetFile } from "./target.ts";
import { CREDENTIAL_NAMES } from "./variables.ts";
import { backUp, deleteFile, replaceFile } from "./write.ts";

export type InitResult = { readonly ok: boolean; readonly lines: readonly string[] };

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

/** Why the file would be left as it is; undefined if it would not. */
export function foreseeRefusal(request: InitRequest): string | undefined {
  const { ok, lines } = runInit({ ...request, dryRun: true });
  return ok ? undefined : lines.join("\n");
}

/** What keeps the client from starting the entry, once the change is made. */
function warnOfOff(
  { client, at }: InitRequest,
  change: PlannedChange | string,
  { content }: TargetFile,
): string[] {
  const changed = typeof change === "string" || !change.bytes ? content : decode(change.bytes);
  return changed ? warnOfSwitch(client, changed.text, at) : [];
}

export interface PrintedEntry {
  /** In the form of the client's file. */
  readonly text: string;
  /** What it contains in place of placeholders. */
  readonly credential: GivenCredential | undefined;
  /** What a person must know who replaces the present entry by it. */
  readonly notes: readonly string[];
}

/**
 * The entry for pasting.
 * @param isNamed whether its client was named. Only then does that client's present entry matter.
 */
export function printEntry(
  request: Pick<InitRequest, "client" | "script" | "sandbox" | "at" | "given">,
  isNamed: boolean,
): PrintedEntry {
  const present = isNamed ? lookForEntry(request) : undefined;
  // Anything else in place of a credential may be secret.
  const isFilledIn = present !== undefined && credentialIn(present) !== undefined;
  const entry = wantEntry(request, isFilledIn ? present : undefined);
  const text = chooseFormat(request.client).put("", entry);
  const notes = present === undefined ? [] : tellLeftOut(request, present, entry.server);
  return { text, credential: writtenOut(entry.server, request.given), notes };
}

/** What was added to the present entry may be secret, and so may a credential in place of placeholders: neither is shown. */
function tellLeftOut(
  { sandbox, given }: Pick<InitRequest, "sandbox" | "given">,
  present: Json,
  printed: Json,
): string[] {
  const [had, has] = [readStart(present).env, readStart(printed).env];
  const isLost = (name: string) => had[name] !== undefined && had[name] !== has[name];
  const credential = sandbox || given ? [] : CREDENTIAL_NAMES.filter(isLost);
  const names = [...listDropped(present, printed), ...credential];
  return names.length === 0
    ? []
    : [`The present entry also has what is not printed, to be kept if you need it: ${names.join(", ")}.`];
}

/** The present entry, if it can be read and is this server's. */
function lookForEntry({ client, at }: Pick<InitRequest, "client" | "at">): Json | undefined {
  try {
    const { content } = readTarget(findConfigFile(client, at));
    const server = content && chooseFormat(client).readServer(content.text);
    return server === undefined || describeOtherServer(server) !== undefined ? undefined : server;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

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

const ASKS = ", and at a terminal asks for the credential first: Claude Desktop fills in no variables";

/** A file that belongs to a project is often under version control. */
const UNCOMMITTED = "Do not commit that copy: it is only for this machine.";

function preview(request: InitRequest, target: TargetFile, change: PlannedChange): string[] {
  const { client, at, remove, sandbox } = request;
  const { title, perProject } = CLIENTS[client];
  const { credential, notes = [] } = change;
  const isWanting = client === "claude-desktop" && !remove && !sandbox && credential === undefined;
  // Nobody is asked for an id that the terminal has, whatever its form.
  const asks = isWanting && !at.env.CONDUCTORONE_CLIENT_ID;
  const where = perProject ? ` for work in ${at.cwd}` : "";
  return [
    `${showChange(request, target, change)}\n`,
    ...notes,
    ...(remove ? [] : warnOfSecret({ ...request, given: credential })),
    `This was a dry run for ${title}${where}: nothing was changed. Without --dry-run, the same command does it${asks ? ASKS : ""}.`,
    ...(remove ? [] : warnOfOwnFolder(request)),
  ];
}

function showChange(
  { paint, columns }: InitRequest,
  { path, content }: TargetFile,
  { bytes }: PlannedChange,
): string {
  return showDiff(path, content?.bytes.toString("utf8"), bytes?.toString("utf8"), paint, columns);
}

function carryOut(request: InitRequest, target: TargetFile, change: PlannedChange): string[] {
  const {
    bytes,
    done,
    credential,
    isConfirmed,
    replaces,
    notes = [],
    spent = [],
    isRepeatable = false,
  } = change;
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
    ...notes,
    ...(backup === undefined ? [] : [`The file as it was: ${backup}`]),
    ...(backup !== undefined && CLIENTS[client].perProject ? [UNCOMMITTED] : []),
    ...(remove
      ? listLeftovers(client, at, target.realPath)
      : ["", ...adviseNext({ ...request, given: credential, isConfirmed })]),
  ];
}
