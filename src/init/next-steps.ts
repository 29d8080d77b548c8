import { adviseSecret, asksForSecret, type SecretSituation, tellSecret } from "./advise-secret.ts";
import { CLIENTS, type ClientName } from "./clients.ts";
import { formatCommand } from "./command.ts";
import { isClientId } from "./credential.ts";
import { isOfPackage } from "./desktop-file.ts";
import { warnOfOwnFolder } from "./own-folder.ts";
import { findConfigFile, findOtherDesktopFile, type Surroundings } from "./places.ts";

const NAMES = "CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET";

interface Situation extends SecretSituation {
  readonly client: ClientName;
  readonly sandbox: boolean;
  readonly script: string;
  /** Whether the entry has a person agree to each write. */
  readonly isConfirmed?: boolean | undefined;
}

/** The steps that remain for a person. */
export function adviseNext(situation: Situation): string[] {
  const { client, sandbox, script, at, isConfirmed } = situation;
  const { title, perProject } = CLIENTS[client];
  const steps = [
    ...(sandbox ? [] : adviseCredential(situation)),
    restart(client, title),
    `Check the set-up${whereDoctorSees(situation)}: ${formatCommand(at, script, `doctor ${client}`)}`,
  ];
  return [
    ...warnOfOwnFolder(situation),
    "Next:",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(namesFile(situation) ? tellSecret(situation) : []),
    `The entry starts ${at.node}, because a client does not always have your terminal's PATH. If that Node is removed, run init again.`,
    ...(client === "claude-desktop" ? tellDesktopFile(at) : []),
    ...(client === "claude-code" && !sandbox && !isConfirmed ? [APPROVES_BY_ITSELF] : []),
    ...(perProject
      ? ["The file contains paths of this machine: other people on the project must run init themselves."]
      : []),
    ...(/[\\/]_npx[\\/]/.test(script)
      ? [
          "This copy of the server is in a cache that npm may empty: install it permanently and run init again.",
        ]
      : []),
  ];
}

/** Which of the files that Claude Desktop may read on Windows was written. */
function tellDesktopFile(at: Surroundings): string[] {
  if (at.platform !== "win32") return [];
  const file = findConfigFile("claude-desktop", at);
  const other = findOtherDesktopFile(at);
  if (other !== undefined)
    return [
      `Claude Desktop as a Windows package reads ${file}. Another installation of it reads ${other}: if you use that one, paste there what --print shows.`,
    ];
  return isOfPackage(file)
    ? []
    : [
        "If Claude Desktop does not show c1 then, run init again: as a Windows package it keeps that file in a folder of its own, which init finds once it is there.",
      ];
}

/** Observed in the client's default mode, in which a classifier decides. */
const APPROVES_BY_ITSELF =
  "Claude Code approves many calls by itself: with C1_MCP_WRITES=confirm in the entry a person agrees to each write.";

/** Values that a client takes from its own environment or asks the user for; doctor can only take them from its terminal. */
function whereDoctorSees({ client, sandbox, given }: Situation): string {
  if (sandbox || given || client === "claude-desktop") return "";
  return client === "vscode" ? ` (in a terminal that has ${NAMES})` : " (in the terminal that has them)";
}

function adviseCredential(situation: Situation): string[] {
  const { client, given } = situation;
  if (given) return adviseFile(situation);
  switch (client) {
    case "claude-desktop":
      return adviseFile(situation);
    case "vscode":
      return ["VS Code asks for the client id and the secret when it starts the server, and keeps them."];
    case "codex":
      return [
        `Set ${NAMES} where you start Codex: it passes on what env_vars in the entry names.`,
        "Secrets of connectors: set C1_MCP_SECRETS_DIR, or add each C1_MCP_SECRET_… to env_vars.",
      ];
    default:
      return [
        `Set ${NAMES} where you start ${CLIENTS[client].title}: the entry holds placeholders for them.`,
      ];
  }
}

function adviseFile(situation: Situation): string[] {
  const { at, client, script } = situation;
  const hasId = hasClientId(situation);
  const isAsked = client === "claude-desktop" && asksForSecret(situation);
  const orInit = isAsked ? "" : ", or run init again with --client-id";
  const byHand = [
    ...(hasId
      ? []
      : [
          `In that file, replace \${CONDUCTORONE_CLIENT_ID} with your client id (it is not a secret)${orInit}.`,
        ]),
    ...adviseSecret(situation),
  ];
  const asked = `it asks for the ${hasId ? "secret" : "credential"}`;
  const again = `Run ${formatCommand(at, script, `init ${client}`)} again at a terminal: ${asked}.`;
  return isAsked ? [`${again} Or by hand: ${byHand.join(" ")}`] : byHand;
}

function hasClientId({ at, given }: SecretSituation): boolean {
  return given?.clientId !== undefined || isClientId(at.env.CONDUCTORONE_CLIENT_ID ?? "");
}

/**
 * What is left to do about an entry that is printed for pasting.
 * @param isNamed whether its client was named. The form for other clients may be read by one that fills in no placeholders.
 */
export function advisePrinted(
  situation: SecretSituation & Pick<Situation, "client" | "sandbox">,
  isNamed: boolean,
): string[] {
  const { client, sandbox, given } = situation;
  if (sandbox) return [];
  if (!isNamed && !given) return [`If your client does not fill in \${…}: ${WRITES_OUT}`];
  if (client !== "claude-desktop" && !given) return [];
  const steps = [
    ...(hasClientId(situation)
      ? []
      : [`Replace \${CONDUCTORONE_CLIENT_ID} with your client id, which is not a secret.`]),
    ...adviseSecret(situation),
  ];
  return steps.length > 0 && !given ? [...steps, `Or: ${WRITES_OUT}`] : steps;
}

const WRITES_OUT =
  "--client-id ID --secret-file PATH writes the id and the path of the secret's file into the entry.";

/** Whether the entry names a file for the secret. */
function namesFile({ client, sandbox, given }: Situation): boolean {
  return !sandbox && (given !== undefined || client === "claude-desktop");
}

/**
 * How to change the credential of an entry that contains one.
 * @param isWrittenOut whether the entry names both the id and the secret's file.
 */
export function adviseChange(
  { client, script, at, given, sandbox }: Situation,
  isWrittenOut: boolean,
): string[] {
  const isDesktop = client === "claude-desktop";
  if (given || sandbox || !(isDesktop || isWrittenOut)) return [];
  const command = formatCommand(at, script, `init ${client} --client-id ID --secret-file PATH`);
  if (isDesktop) return [`To change its credential (at a terminal, init asks): ${command}`];
  return [
    `To change its credential: ${command}`,
    `To have placeholders in its place, remove the entry first: ${formatCommand(at, script, `init ${client} --remove`)}`,
  ];
}

function restart(client: ClientName, title: string): string {
  if (client === "claude-code") return "Start Claude Code in that folder and approve the server.";
  if (client === "vscode") return 'In VS Code run the command "MCP: List Servers" and start c1.';
  return `Restart ${title}.`;
}
