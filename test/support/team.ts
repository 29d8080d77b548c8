import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Caller, UserIdentity } from "../../src/caller.ts";
import { PEOPLE } from "../../src/sandbox/seed.ts";
import type { Sandbox, SandboxPrincipal } from "../../src/sandbox/start.ts";

const ISSUER = "https://login.acme.example";

/** The entries of the file, and the C1 user of each entry's credential. */
export const SERVED_AS = {
  jane: PEOPLE.janeDoe.id,
  "identity-team": PEOPLE.service.id,
  "finance-team": PEOPLE.samLee.id,
  bot: PEOPLE.miguel.id,
} as const;
export type EntryName = keyof typeof SERVED_AS;

const ENTRY_NAMES = Object.keys(SERVED_AS) as EntryName[];

/** Two teams, three people and a bot. */
export const TEAM: Readonly<Record<"jane" | "kate" | "sam" | "bot", { caller: Caller; entry: EntryName }>> = {
  // Uses her own credential, although her team has one.
  jane: { caller: person("jane", { groups: ["it", "all"] }), entry: "jane" },
  kate: { caller: person("kate", { groups: ["all", "it"] }), entry: "identity-team" },
  sam: { caller: person("sam", { groups: "finance" }), entry: "finance-team" },
  bot: {
    caller: {
      name: "token-1",
      scopes: ["c1:read", "c1:write"],
      identity: { kind: "token", place: "token-1" },
    },
    entry: "bot",
  },
};

export function person(subject: string, claims: Record<string, unknown> = {}, issuer = ISSUER): Caller {
  const identity: UserIdentity = { kind: "user", issuer, subject, claims };
  return { name: `user:${subject}`, scopes: ["c1:read", "c1:write"], identity };
}

/** Credentials of a tenant, and the file that maps callers to them. */
export interface TeamFile {
  readonly path: string;
  readonly folder: string;
  readonly principals: Readonly<Record<EntryName, SandboxPrincipal>>;
  write(file: object): void;
  remove(): void;
}

/** @param issuer the issuer that the file accepts. */
export function writeTeamFile(sandbox: Sandbox, issuer = ISSUER): TeamFile {
  const folder = mkdtempSync(join(tmpdir(), "team-"));
  const path = join(folder, "credentials.json");
  const principals = Object.fromEntries(
    ENTRY_NAMES.map((name) => {
      const kind = name === "jane" ? "person" : "service";
      const principal = sandbox.addPrincipal({ kind, userId: SERVED_AS[name] });
      writeFileSync(join(folder, `${name}.secret`), principal.clientSecret, { mode: 0o600 });
      return [name, principal];
    }),
  ) as Record<EntryName, SandboxPrincipal>;
  const write = (file: object) => writeFileSync(path, JSON.stringify(file, null, 2), { mode: 0o600 });
  write(teamFile(principals, issuer));
  return { path, folder, principals, write, remove: () => rmSync(folder, { recursive: true }) };
}

/** The content of the file. */
export function teamFile(
  principals: Readonly<Record<EntryName, SandboxPrincipal>>,
  issuer = ISSUER,
): { entries: { name: EntryName; [field: string]: unknown }[]; default: string } {
  const callers: Record<EntryName, object[]> = {
    jane: [{ issuer, subject: "jane" }],
    "identity-team": [{ issuer, claim: "groups", value: "it" }],
    "finance-team": [{ issuer, claim: "groups", value: "finance" }],
    bot: [{ token: 1 }],
  };
  return {
    entries: ENTRY_NAMES.map((name) => ({
      name,
      callers: callers[name],
      clientId: principals[name].clientId,
      clientSecretFile: `${name}.secret`,
    })),
    default: "refuse",
  };
}
