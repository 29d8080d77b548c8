import type { CallerIdentity } from "../caller.ts";

const MAX_LENGTH = 128;

const NOT_PLAIN = /[^ -~]|\\/g;

/** What is shown of the caller in audit records and in consent prompts. */
export type ShownIdentity = {
  readonly issuer: string;
  readonly subject?: string;
  readonly email?: string;
  readonly clientId?: string;
  /** When the person logged in, in UTC. */
  readonly authTime?: string;
};

/**
 * The caller in a form fit to be shown: non-ASCII characters are escaped, so that nobody passes for another whose name looks the
 * same. Undefined if nobody vouches for the caller: then the principal says everything.
 */
export function showIdentity(identity: CallerIdentity | undefined): ShownIdentity | undefined {
  if (identity === undefined || identity.kind === "token") return undefined;
  const { issuer, email, clientId, authTime } = identity;
  return {
    issuer: escapeText(issuer),
    ...(identity.kind === "user" && { subject: escapeText(identity.subject) }),
    ...(email !== undefined && { email: escapeText(email) }),
    ...(clientId !== undefined && { clientId: escapeText(clientId) }),
    ...(authTime !== undefined && { authTime: new Date(authTime * 1000).toISOString() }),
  };
}

/** Shortens a text and escapes its non-ASCII characters. */
export function escapeText(text: string): string {
  const plain = text.slice(0, MAX_LENGTH + 1).replace(NOT_PLAIN, escapeCharacter);
  // An ellipsis in the text itself is escaped, so this one always means that the text was cut.
  return plain.length > MAX_LENGTH ? `${plain.slice(0, MAX_LENGTH - 1)}…` : plain;
}

function escapeCharacter(character: string): string {
  return character === "\\" ? "\\\\" : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
