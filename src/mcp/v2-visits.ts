import {
  CLIENT_CAPABILITIES_META_KEY,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { createSeal } from "../seal.ts";
import { AskAgain } from "../tools/ask-person.ts";
import type { Kept, Visits } from "../tools/visits.ts";
import { ANSWER_KEY, canVisit, readVisit } from "./ask.ts";
import { envelopeOf } from "./v2-context.ts";

/** Distinguishes our two kinds of state; the rest is sealed. */
const MARK = "page.";

/** Longest wait for the page within one round, in milliseconds; meanwhile the client can show nothing new. */
const ROUND_MS = 25_000;

/** The content of a verified state. */
export interface VisitState {
  readonly visit: Kept | undefined;
}

/** Links of the 2026 era: the client shows one, and calls again with the state that it was given. */
export interface V2Visits {
  isState(state: string): boolean;
  /** For the SDK. Throws for a forged state; an expired one counts as none. */
  verify(state: string): VisitState;
  stateOf(kept: Kept): string;
  /** Undefined if the client did not declare that it shows links. */
  of(ctx: ServerContext): Visits | undefined;
}

/** @param key seals the states. */
export function createV2Visits(key: string): V2Visits {
  const { seal, open } = createSeal<Kept>(key, "page state");
  return {
    isState: (state) => state.startsWith(MARK),
    verify(state) {
      const opened = open(state.slice(MARK.length));
      if (opened === "bad") throw new Error("malformed");
      return { visit: opened === "expired" ? undefined : opened.value };
    },
    stateOf: (kept) => MARK + seal(kept, Math.max(1, kept.expires - Date.now())),
    of(ctx) {
      if (!canVisit(envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY])) return undefined;
      const state = ctx.mcpReq.requestState<VisitState | undefined>();
      const kept = typeof state === "object" ? state.visit : undefined;
      const answer = inputResponse(ctx.mcpReq.inputResponses, ANSWER_KEY);
      const again: NonNullable<Visits["again"]> = ({ url }, message, next) => {
        throw new AskAgain({ message, binding: "" }, { url, kept: next });
      };
      return {
        kept,
        patienceMs: ROUND_MS,
        again,
        async show(link, message, next) {
          // Without our seal an answer proves nothing, and an answer to another question does not count for this one.
          if (!kept || kept.id !== next.id || answer.kind !== "elicit") return again(link, message, next);
          return readVisit(answer);
        },
      };
    },
  };
}
