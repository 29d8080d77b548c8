import { randomBytes } from "node:crypto";
import { type InputRequiredResult, inputRequired, type ServerContext } from "@modelcontextprotocol/server";
import { systemClock } from "../clock.ts";
import { createLocalShared } from "../replicas/local.ts";
import type { Uses } from "../replicas/port.ts";
import type { AskAgain, Consent, Question } from "../tools/ask-person.ts";
import type { Visits } from "../tools/visits.ts";
import { ANSWER_KEY, CONSENT_FORM } from "./ask.ts";
import { createConsents } from "./v2-consent.ts";
import { createV2Visits } from "./v2-visits.ts";

/** Everything that a person can be asked in the 2026 era, by a form or by a link. */
export interface Asker {
  /** For the SDK: verifies a received state. Throws if it is forged. */
  verify(state: string, ctx: ServerContext): Promise<unknown>;
  answerTo(question: Question, ctx: ServerContext): Promise<Consent>;
  visitsOf(ctx: ServerContext): Visits | undefined;
  askClient(what: AskAgain, ctx: ServerContext): Promise<InputRequiredResult>;
}

/**
 * @param key signs and seals what clients carry; random if undefined.
 * @param uses remembers what was used; of this process alone if undefined.
 */
export function createAsker(
  key: string = randomBytes(32).toString("hex"),
  uses: Uses = createLocalShared(systemClock),
): Asker {
  const consents = createConsents(key, uses);
  const visits = createV2Visits(key);
  return {
    verify: async (state, ctx) =>
      visits.isState(state) ? visits.verify(state) : consents.verify(state, ctx),
    answerTo: consents.answerTo,
    visitsOf: visits.of,
    async askClient({ question, visit }, ctx) {
      const { message } = question;
      if (visit) {
        return inputRequired({
          inputRequests: { [ANSWER_KEY]: inputRequired.elicitUrl({ message, url: visit.url }) },
          requestState: visits.stateOf(visit.kept),
        });
      }
      return inputRequired({
        inputRequests: { [ANSWER_KEY]: inputRequired.elicit({ message, requestedSchema: CONSENT_FORM }) },
        requestState: await consents.stateOf(question, ctx),
      });
    },
  };
}
