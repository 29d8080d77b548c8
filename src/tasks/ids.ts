import { createHash, randomBytes } from "node:crypto";
import { createSeal } from "../seal.ts";
import type { Rest } from "../tools/later.ts";

/** Longest id, in characters: it is sent as a header, and a model may be shown it. */
const MAX_LENGTH = 1_500;

/** How long a result can still be fetched after its wait, in milliseconds. */
const KEPT_MS = 600_000;

/** What a task's id stands for. */
export interface Held {
  readonly rest: Rest;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly expires: number;
}

/** Ids that hold their task, sealed for the one who asked for it. */
export interface TaskIds {
  /** Undefined where it would be too long. */
  make(rest: Rest, principal: string): { readonly id: string; readonly held: Held } | undefined;
  /** Undefined for whatever is not an id of this caller's: forged, foreign and expired ones are all the same. */
  open(id: string, principal: string): Held | undefined;
}

type Packed = readonly [rest: Rest, createdAt: number];

/** @param key the state key; random for this process where there is none. */
export function createTaskIds(
  key: string = randomBytes(32).toString("hex"),
  now: () => number = Date.now,
): TaskIds {
  // The caller is part of the key and not of the text: nobody else's id opens, and nothing tells why.
  const sealFor = (principal: string) => createSeal<Packed>(key, `task ${digest(principal)}`, now, true);
  return {
    make(rest, principal) {
      const createdAt = now();
      const held = { rest, createdAt, expires: rest.until + KEPT_MS };
      const id = sealFor(principal).seal([rest, createdAt], held.expires - createdAt);
      return id.length > MAX_LENGTH ? undefined : { id, held };
    },
    open(id, principal) {
      const opened = id.length > MAX_LENGTH ? "bad" : sealFor(principal).open(id);
      if (typeof opened === "string") return undefined;
      const [rest, createdAt] = opened.value;
      return { rest, createdAt, expires: rest.until + KEPT_MS };
    },
  };
}

function digest(principal: string): string {
  return createHash("sha256").update(principal).digest("base64url");
}
