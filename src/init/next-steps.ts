import { CLIENTS, type ClientName } from "./clients.ts";
import { findSecretFile, type Surroundings } from "./places.ts";

const NAMES = "CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET";

interface Situation {
  readonly client: ClientName;
  readonly sandbox: boolean;
  readonly script: string;
  readonly at: Surroundings;
}

/** What a person still has to do, step by step. */
export function adviseNext(situation: Situation): string[] {
  const { client, sandbox, script } = situation;
  const { title, perProject } = CLIENTS[client];
  const steps = [
    ...(sandbox ? [] : adviseCredential(situation)),
    restart(client, title),
    `Check the set-up${whereDoctorSees(situation)}: node ${quote(script)} doctor${sandbox ? " --sandbox" : ""}`,
  ];
  return [
    "Next:",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...(perProject
      ? ["The file holds a path of this machine: others of the project run init themselves."]
      : []),
    ...(/[\\/]_npx[\\/]/.test(script)
      ? [
          "This copy of the server lies in a cache that npm may empty: install it and run init again for good.",
        ]
      : []),
  ];
}

/** The doctor reads the variables of its own terminal; what a client keeps for itself it cannot see. */
function whereDoctorSees({ client, sandbox }: Situation): string {
  if (sandbox) return "";
  if (client === "claude-desktop") return " (in a terminal that has the two variables of the entry)";
  return client === "vscode" ? ` (in a terminal that has ${NAMES})` : " (in the terminal that has them)";
}

function adviseCredential({ client, at }: Situation): string[] {
  switch (client) {
    case "claude-desktop":
      return adviseFile(at);
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

/** Claude Desktop fills in no variables, so that a secret in its file would lie there for every program to read. */
function adviseFile(at: Surroundings): string[] {
  const own = at.env.CONDUCTORONE_CLIENT_SECRET_FILE;
  const file = own || findSecretFile(at);
  const id = at.env.CONDUCTORONE_CLIENT_ID
    ? []
    : [`In that file, replace \${CONDUCTORONE_CLIENT_ID} with your client id (it is no secret).`];
  const guard = at.platform === "win32" ? "" : " that only you may read (chmod 600)";
  return [
    ...id,
    own
      ? `The secret is read from ${file}.`
      : `Put the client secret, and nothing else, into the file ${file}${guard}. Claude Desktop fills in no variables, and a secret has no place in its own file.`,
    ...(at.platform === "win32"
      ? [
          "If Claude Desktop came from the Microsoft Store, its file is another one: open it by Settings > Developer > Edit Config and paste what --print shows.",
        ]
      : []),
  ];
}

function restart(client: ClientName, title: string): string {
  if (client === "claude-code") return "Start Claude Code in that folder and approve the server.";
  if (client === "vscode") return 'In VS Code run the command "MCP: List Servers" and start c1.';
  return `Restart ${title}.`;
}

function quote(path: string): string {
  return /\s/.test(path) ? `"${path}"` : path;
}
