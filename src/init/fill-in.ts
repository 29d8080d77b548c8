import type { ClientName } from "./clients.ts";

/** Clients write `${NAME}` or `${env:NAME}`; Claude Code also takes a default, `${NAME:-text}`. */
const PLACEHOLDER = /\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g;

/** Clients that fill in nothing: what looks like a placeholder reaches the server as it is. */
export const LITERAL: ReadonlySet<ClientName> = new Set<ClientName>(["claude-desktop", "codex"]);

/** Keeps a placeholder that has neither a value nor a default, as clients do, so that it is noticed. */
export function fillIn(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replace(
    PLACEHOLDER,
    (placeholder, name: string, preset?: string) => env[name] ?? preset ?? placeholder,
  );
}

/** Whether a text holds a value of these variables, and not only its own defaults. */
export function isFilledIn(text: string, env: Readonly<Record<string, string | undefined>>): boolean {
  return fillIn(text, env) !== fillIn(text, {});
}
