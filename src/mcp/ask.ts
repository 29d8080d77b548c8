import type { Consent } from "../tools/ask-person.ts";
import type { ToolContext } from "../tools/context.ts";
import type { Visited } from "../tools/visits.ts";

/** How long a person may take to answer a question, in milliseconds. */
export const PATIENCE_MS = 300_000;

/** How often a client that waits for a person is sent progress, in milliseconds; many give up after a minute of silence. */
const HEARTBEAT_MS = 10_000;

/** How long a consent given in a second round stays valid, in seconds. */
export const CONSENT_TTL_SECONDS = 120;

/** The name under which clients of the 2026 era return the answer. */
export const ANSWER_KEY = "consent";

/** The form that both eras show: one box that must be ticked. Never asks for anything else. */
export const CONSENT_FORM = {
  type: "object" as const,
  properties: { confirm: { type: "boolean" as const, title: "Send it" } },
  required: ["confirm"],
};

/** Whether a client declared that it can show a form. A bare `elicitation: {}` implies it. */
export function canAsk(capabilities: unknown): boolean {
  const elicitation = (capabilities as { elicitation?: Record<string, unknown> } | undefined)?.elicitation;
  if (typeof elicitation !== "object" || elicitation === null) return false;
  return "form" in elicitation || Object.keys(elicitation).length === 0;
}

/** Whether a client declared that it can show a link. */
export function canVisit(capabilities: unknown): boolean {
  const elicitation = (capabilities as { elicitation?: unknown } | undefined)?.elicitation;
  return typeof elicitation === "object" && elicitation !== null && "url" in elicitation;
}

/** Sends the client progress while a person decides; the returned function ends that. */
export function startHeartbeat(progress: ToolContext["progress"], message: string): () => void {
  let beats = 0;
  const timer = setInterval(() => {
    beats += 1;
    progress({ progress: beats, message });
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}

/** What a person did with a link. Clients send empty content along, or none. */
export function readVisit({ action }: { action?: unknown }): Visited {
  if (action === "accept") return "opened";
  return action === "cancel" ? "dismissed" : "declined";
}

/** The consent in a person's answer. Only a ticked box counts as a yes. */
export function readConsent(answer: { action?: unknown; content?: unknown }): Consent {
  if (answer.action === "cancel") return "dismissed";
  const ticked = (answer.content as { confirm?: unknown } | undefined)?.confirm === true;
  return answer.action === "accept" && ticked ? "accepted" : "declined";
}
