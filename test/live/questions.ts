import type { Ask } from "./ask.ts";
import { authentication, catalog, identity, limitsAndFields } from "./questions-of-reads.ts";
import {
  configErrors,
  connectorState,
  creates,
  duplicates,
  ownership,
  roles,
} from "./questions-of-writes.ts";

/** A question that C1's public documentation leaves open. */
export interface Question {
  readonly title: string;
  readonly ask: Ask;
}

/** The questions that a run on a real tenant should settle. */
export const QUESTIONS: readonly Question[] = [
  { title: "Which role slugs does a connector's owner have, and how is a wrong one refused?", ask: roles },
  {
    title: "Are owner writes late, how do `userIds` and v2 owners relate, is the creator one?",
    ask: ownership,
  },
  { title: "What does a second create of the same thing return; how long may a name be?", ask: duplicates },
  { title: "What state and name does a new connector have; may `config` be missing?", ask: connectorState },
  { title: "How and when are errors in a connector's config reported?", ask: configErrors },
  { title: "Which connector types does the catalog know, and what do they require?", ask: catalog },
  { title: "Rate limits, Retry-After, idempotency headers, unknown request fields?", ask: limitsAndFields },
  {
    title: "How long do tokens live; does the secret itself work in the token request?",
    ask: authentication,
  },
  { title: "Which permissions does the credential show; how are unknown objects hidden?", ask: identity },
  { title: "Which statuses do creates answer with?", ask: creates },
];
