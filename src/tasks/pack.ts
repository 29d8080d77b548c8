import type { Pending, PendingPage, PendingWait } from "../tools/deferral.ts";

/*
 * A pending wait in as few bytes as possible: tool and flags (1), end of the wait in seconds since the epoch (4), its length in seconds
 * (2), ids of app, connector and, if there is one, user (21 each), and how far its syncs had come before (6, 4 or none). Of a page, its
 * id and its process (16 each) follow the length. Replicas of other versions read it as well, so append to TOOLS and change nothing
 * else.
 */

/** Nothing is waited for after its write. */
const ONLY_PAGES = "create_app";

const TOOLS = [
  "create_connector",
  "update_connector",
  "sync_connector",
  "add_connector_user_owner",
  ONLY_PAGES,
];

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = BigInt(DIGITS.length);
const ID_LENGTH = 27;

/** Any 27 digits of base 62 fit. */
const ID_BYTES = 21;

const FLAGS = { isQuiet: 0x10, hasNotes: 0x20, hasUser: 0x40, isPage: 0x80 };

/** A UUID: both parts of a page. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const UUID_BYTES = 16;

/** Undefined for the pending wait of an unknown tool. */
export function packPending(pending: Pending): Buffer | undefined {
  const tool = TOOLS.indexOf(pending.tool);
  if (tool === -1) return undefined;
  const head = Buffer.alloc(7);
  head.writeUInt32BE(Math.ceil(pending.until / 1000), 1);
  head.writeUInt16BE(pending.seconds, 5);
  return "page" in pending ? packPage(head, tool, pending) : packWait(head, tool, pending);
}

function packPage(head: Buffer, tool: number, { page: { id, home } }: PendingPage): Buffer | undefined {
  if (!UUID.test(id) || !UUID.test(home)) return undefined;
  head.writeUInt8(tool | FLAGS.isPage, 0);
  return Buffer.concat([head, ...[id, home].map((part) => Buffer.from(part.replaceAll("-", ""), "hex"))]);
}

function packWait(head: Buffer, tool: number, pending: PendingWait): Buffer | undefined {
  if (pending.tool === ONLY_PAGES) return undefined;
  const { target, since } = pending;
  const flags =
    (pending.isQuiet ? FLAGS.isQuiet : 0) |
    (pending.notes?.length ? FLAGS.hasNotes : 0) |
    (target.userId === undefined ? 0 : FLAGS.hasUser);
  head.writeUInt8(tool | flags, 0);
  const ids = [target.appId, target.connectorId, ...(target.userId === undefined ? [] : [target.userId])];
  return Buffer.concat([head, ...ids.map(packId), Buffer.from(since ?? "", "hex")]);
}

/** Throws for bytes that are no pending wait. */
export function unpackPending(bytes: Buffer, tenant: string): Pending {
  const first = bytes.readUInt8(0);
  const tool = TOOLS[first & 0x0f];
  if (tool === undefined) throw new Error("unknown tool");
  const head = { tool, tenant, until: bytes.readUInt32BE(1) * 1000, seconds: bytes.readUInt16BE(5) };
  if (first & FLAGS.isPage) {
    const [id, home] = [7, 7 + UUID_BYTES].map((at) => unpackUuid(bytes.subarray(at, at + UUID_BYTES)));
    return { ...head, page: { id: id ?? "", home: home ?? "" } };
  }
  const count = first & FLAGS.hasUser ? 3 : 2;
  const end = 7 + count * ID_BYTES;
  const [appId = "", connectorId = "", userId] = Array.from({ length: count }, (_, index) =>
    unpackId(bytes.subarray(7 + index * ID_BYTES, 7 + (index + 1) * ID_BYTES)),
  );
  return {
    ...head,
    target: { appId, connectorId, ...(userId !== undefined && { userId }) },
    ...(bytes.length > end && { since: bytes.subarray(end).toString("hex") }),
    ...(first & FLAGS.isQuiet && { isQuiet: true }),
    ...(first & FLAGS.hasNotes && { isShortened: true }),
  };
}

function packId(id: string): Buffer {
  let value = 0n;
  for (const digit of id) value = value * BASE + BigInt(DIGITS.indexOf(digit));
  return Buffer.from(value.toString(16).padStart(ID_BYTES * 2, "0"), "hex");
}

function unpackId(bytes: Buffer): string {
  let value = BigInt(`0x${bytes.toString("hex")}`);
  let id = "";
  for (; value > 0n; value /= BASE) id = `${DIGITS[Number(value % BASE)]}${id}`;
  return id.padStart(ID_LENGTH, "0");
}

function unpackUuid(bytes: Buffer): string {
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
