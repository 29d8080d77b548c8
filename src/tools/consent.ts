import { Failure } from "../errors.ts";
import type { Consent } from "./ask-person.ts";

const REFUSALS: Record<Exclude<Consent, "accepted">, string> = {
  declined: "The person who was asked said no.",
  dismissed: "The person who was asked closed the question without an answer.",
  unavailable: "This write needs a person's consent, and this client has no way to ask for it.",
  failed: "This write needs a person's consent, and the client found no way to ask for it.",
  expired: "No consent came in time.",
  mismatched: "The consent was given for something else than this, or what they agreed to has changed.",
  replayed: "The consent was used already; each is good for one write.",
};

const ASK_AGAIN = "Call again to be asked anew.";

const NEXT: Record<Exclude<Consent, "accepted">, string> = {
  declined: "Do not try again unless the person asks for it.",
  dismissed: ASK_AGAIN,
  unavailable:
    "The operator decides this with C1_MCP_WRITES: confirm needs a client that can show a form, or else the server's page",
  failed: ASK_AGAIN,
  expired: ASK_AGAIN,
  mismatched: ASK_AGAIN,
  replayed: ASK_AGAIN,
};

/**
 * Returns only if the person agreed; otherwise throws `declined`, with a sentence for each reason.
 * @param noPage why no page can ask in the client's place, to complete a sentence.
 */
export function requireConsent(consent: Consent, noPage?: string): void {
  if (consent === "accepted") return;
  const why = consent === "unavailable" && noPage !== undefined ? `, and there is none: ${noPage}` : "";
  throw new Failure("declined", REFUSALS[consent], { next: NEXT[consent] + why });
}
