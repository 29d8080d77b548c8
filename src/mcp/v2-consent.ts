import { createHmac, randomUUID } from "node:crypto";
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputResponse,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Uses } from "../replicas/port.ts";
import { AskAgain, type Consent, type Question } from "../tools/ask-person.ts";
import { ANSWER_KEY, CONSENT_TTL_SECONDS, canAsk, readConsent } from "./ask.ts";
import { envelopeOf, principalOf } from "./v2-context.ts";

/** The state of a question that the client carries: the write that it is for, and a nonce that makes it valid once. */
interface Asked {
  readonly write: string;
  readonly nonce: string;
}

type State = Asked | "expired";

/** Questions of the 2026 era, which a client answers in a second request; in between, it carries their signed state. */
export interface Consents {
  /** For the SDK: verifies a received state. Throws if it is forged. */
  verify(state: string, ctx: ServerContext): Promise<State>;
  /** The answer that came with this request. Throws `AskAgain` if there is none. */
  answerTo(question: Question, ctx: ServerContext): Promise<Consent>;
  /** The state to send along with a question. */
  stateOf(question: Question, ctx: ServerContext): Promise<string>;
}

/**
 * @param key signs the states.
 * @param uses remembers which states were used.
 */
export function createConsents(key: string, uses: Uses): Consents {
  const codec = createRequestStateCodec<Asked>({
    key,
    ttlSeconds: CONSENT_TTL_SECONDS,
    bind: (ctx) => `${ctx.mcpReq.method}\0${principalOf(ctx)}`,
  });
  // Keyed, because the client can read the state: with a plain digest it could test guesses of the hashed values.
  const nameWrite = ({ binding }: Question) => createHmac("sha256", key).update(binding).digest("base64url");

  return {
    /** An expired state is a normal end of a question. The SDK refuses any other invalid state as the protocol requires. */
    async verify(state, ctx) {
      try {
        return await codec.verify(state, ctx);
      } catch (error) {
        if (error instanceof Error && error.message === "expired") return "expired";
        throw error;
      }
    },
    async answerTo(question, ctx) {
      if (!canAsk(envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY])) return "unavailable";
      const state = ctx.mcpReq.requestState<State>();
      const answer = inputResponse(ctx.mcpReq.inputResponses, ANSWER_KEY);
      // Without our signature, an answer proves nothing.
      if (state === undefined || answer.kind !== "elicit") throw new AskAgain(question);
      if (state === "expired") return "expired";
      // After a first use the tenant has changed, so a second use of the same consent comes with a different question.
      if (state.write !== nameWrite(question))
        return (await uses.wasUsed("consent", state.nonce)) ? "replayed" : "mismatched";
      const consent = readConsent(answer);
      // A no also uses the question up, so that it cannot be turned into a yes later.
      const first = await uses.useOnce("consent", state.nonce, CONSENT_TTL_SECONDS * 1000);
      return consent !== "accepted" || first ? consent : "replayed";
    },
    stateOf: (question, ctx) => codec.mint({ write: nameWrite(question), nonce: randomUUID() }, ctx),
  };
}
