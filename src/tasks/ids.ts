import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from "node:crypto";
import type { Pending } from "../tools/deferral.ts";
import { packPending, unpackPending } from "./pack.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** Three quarters of the full length, which GCM allows: each byte counts. */
const TAG_BYTES = 12;

/** Maximum length of an id, in characters: Claude Code (2.1.330) takes no longer ones. */
const MAX_LENGTH = 128;

/** Only characters of base64url: Node's decoder skips others, so that one id would have many spellings. */
const TEXT = /^[\w-]+$/;

/** How long a result can be fetched after its wait, in milliseconds. */
const KEPT_MS = 600_000;

/** What a task's id stands for. */
export interface Held {
  readonly pending: Pending;
  /** When the id expires, in milliseconds since the epoch. */
  readonly expires: number;
}

/** Whose id it is. */
export interface Holder {
  readonly tenant: string;
  readonly principal: string;
}

/** Task ids that contain their task, encrypted. Not `src/seal.ts`: its texts are three times as long. */
export interface TaskIds {
  /** Undefined if the pending wait does not fit into an id. */
  make(pending: Pending, principal: string): { readonly id: string; readonly held: Held } | undefined;
  /** Undefined for anything that is not an id of this holder: forged, foreign and expired ids cannot be told apart. */
  open(id: string, holder: Holder): Held | undefined;
}

/** @param key the state key; random for this process if undefined. */
export function createTaskIds(
  key: string = randomBytes(KEY_BYTES).toString("hex"),
  now: () => number = Date.now,
): TaskIds {
  // The holder is part of the key, and so takes no room in the id.
  const keyFor = ({ tenant, principal }: Holder) => {
    const holder = createHash("sha256")
      .update(JSON.stringify([tenant, principal]))
      .digest("base64url");
    return Buffer.from(hkdfSync("sha256", key, "", `task ${holder}`, KEY_BYTES));
  };
  return {
    make(pending, principal) {
      const plain = packPending(pending);
      if (!plain) return undefined;
      const nonce = randomBytes(NONCE_BYTES);
      const own = keyFor({ tenant: pending.tenant, principal });
      const cipher = createCipheriv(ALGORITHM, own, nonce, { authTagLength: TAG_BYTES });
      const parts = [nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()];
      const id = Buffer.concat(parts).toString("base64url");
      return id.length > MAX_LENGTH ? undefined : { id, held: { pending, expires: pending.until + KEPT_MS } };
    },
    open(id, holder) {
      if (id.length > MAX_LENGTH || !TEXT.test(id)) return undefined;
      const bytes = Buffer.from(id, "base64url");
      // The last character of an id can contain bits that belong to no byte.
      if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString("base64url") !== id) return undefined;
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(ALGORITHM, keyFor(holder), nonce, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const sealed = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        const pending = unpackPending(
          Buffer.concat([decipher.update(sealed), decipher.final()]),
          holder.tenant,
        );
        const expires = pending.until + KEPT_MS;
        return now() < expires ? { pending, expires } : undefined;
      } catch {
        return undefined;
      }
    },
  };
}
