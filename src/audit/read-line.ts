import { createHash } from "node:crypto";
import { isObject } from "../json.ts";
import { isBegunObject } from "./is-begun-object.ts";

/*
 * Implements the line format of docs/audit.md independently of the code that writes it, so that both cannot share a mistake.
 */

const HEAD =
  /^\{"chain":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})","seq":(0|[1-9]\d{0,14}),"prev":"([0-9a-f]{64})",(?:"after":"([0-9a-f]{64})",)?("opens":true,)?"/;
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;

const HEAD_LENGTH = 300;
const TAIL_LENGTH = 75;

/** How a line of the server's log begins. */
const LOG_HEAD = /^\{"level":\d+,"time":"/;

/** An incomplete hash: whatever else the line says, it was not finished. */
const BEGUN_HASH = /,"hash":"([^"]*)$/;

/** The position that a record claims. */
export interface RecordPlace {
  readonly chain: string;
  readonly seq: number;
  readonly prev: string;
  readonly after?: string;
  /** Whether it claims to be the first of its process in this file. */
  readonly opens: boolean;
}

export type RecordFields = Readonly<Record<string, unknown>>;

export type AuditLine =
  /** A chained record, unaltered. */
  | {
      readonly kind: "record";
      readonly place: RecordPlace;
      readonly hash: string;
      readonly fields: RecordFields;
    }
  /** A record whose bytes do not match its hash, or that cannot be a record. `claims`: what it says now, if it can be read. */
  | { readonly kind: "altered"; readonly place?: RecordPlace; readonly claims?: RecordFields | undefined }
  /** A line of the log, which repeats records with other fields around them. */
  | { readonly kind: "log"; readonly claims?: RecordFields | undefined }
  /** The beginning of a record. */
  | { readonly kind: "torn"; readonly place?: RecordPlace }
  /** A record of a server that wrote no chain. */
  | { readonly kind: "unchained"; readonly fields: RecordFields }
  | { readonly kind: "empty" };

/** Classifies a line by itself. */
export function readLine(bytes: Buffer): AuditLine {
  if (bytes.length === 0) return { kind: "empty" };
  if (bytes.at(-1) === 0) return readZeroed(bytes);
  const text = bytes.toString("utf8");
  const fields = parse(text);
  if (LOG_HEAD.test(text)) return { kind: "log", claims: readClaims(fields, text) };
  return readRecord(bytes, text, fields);
}

function readRecord(bytes: Buffer, text: string, fields: RecordFields | undefined): AuditLine {
  const place = readPlace(bytes.toString("latin1", 0, HEAD_LENGTH));
  const tail = TAIL.exec(bytes.toString("latin1", Math.max(0, bytes.length - TAIL_LENGTH)));
  const altered = { kind: "altered", ...(place && { place }), claims: readClaims(fields, text) } as const;
  if (place && tail?.[1] !== undefined) {
    const [, hash] = tail;
    const made = createHash("sha256").update(bytes.subarray(0, -TAIL_LENGTH)).digest("hex");
    return made === hash && fields ? { kind: "record", place, hash, fields } : altered;
  }
  if (fields) return isOwn(fields) ? altered : { kind: "unchained", fields };
  const begun = BEGUN_HASH.exec(text)?.[1] ?? "";
  const isTorn = /^[0-9a-f]{0,64}$/.test(begun) && isBegunObject(text);
  return isTorn ? { kind: "torn", ...(place && { place }) } : altered;
}

/** After a power loss a file can be longer than what reached the disk; the rest is then zeros. */
function readZeroed(bytes: Buffer): AuditLine {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length -= 1;
  const begun = readLine(bytes.subarray(0, length));
  if (begun.kind === "empty") return { kind: "torn" };
  return begun.kind === "torn" ? begun : { kind: "altered" };
}

function readPlace(head: string): RecordPlace | undefined {
  const [, chain, seq, prev, after, opens] = HEAD.exec(head) ?? [];
  if (chain === undefined || prev === undefined) return undefined;
  return { chain, seq: Number(seq), prev, ...(after !== undefined && { after }), opens: opens !== undefined };
}

function parse(text: string): RecordFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What an altered record says. It may be no JSON any more. */
function readClaims(fields: RecordFields | undefined, text: string): RecordFields | undefined {
  if (fields) return fields;
  const [, record, write] = /"record":"(\w+)","write":"([^"]+)"/.exec(text) ?? [];
  return write === undefined ? undefined : { record, write };
}

/** Whether the fields contain part of a chain, or nothing of a record. */
function isOwn(fields: RecordFields): boolean {
  return "chain" in fields || "hash" in fields || typeof fields.record !== "string";
}
