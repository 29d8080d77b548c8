// docs/conversation.svg: a person, an assistant and the calls between. The calls are made, on the sandbox tenant, and what
// is shown of each is the server's answer; the words of the person and of the assistant are an example, and the picture says so.
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { escapeXml, MONOSPACE, wrapWords } from "./text.mjs";

const SCRIPT = [
  {
    person:
      "Set up Acme CRM in C1. Jane Doe (jane.doe@acme.example) owns it. Connect it to PagerDuty; our token is stored as PAGERDUTY_API_TOKEN. Sam Lee (sam.lee@acme.example) owns the connector.",
  },
  { call: "create_app", args: { displayName: "Acme CRM", owners: ["jane.doe@acme.example"] } },
  {
    call: "create_connector",
    args: {
      appId: "Acme CRM",
      catalogId: "PagerDuty",
      config: { pagerduty_api_token: { secretRef: "PAGERDUTY_API_TOKEN" } },
      waitSeconds: 30,
    },
  },
  {
    call: "add_connector_user_owner",
    args: { appId: "Acme CRM", connectorId: "PagerDuty", userRefId: "sam.lee@acme.example" },
  },
  {
    assistant:
      "Done. Acme CRM is in C1, its PagerDuty connector is connected, and Sam Lee owns it. I never saw the token.",
  },
  { person: "Do we have Acme CRM in C1? If not, create it." },
  { call: "create_app", args: { displayName: "Acme CRM" } },
  { assistant: "You have it already, so nothing was changed." },
];

const WIDTH = 860;
const PAD = 22;
const GAP = 14;
const COLOURS = {
  paper: "#ffffff",
  edge: "#d5dbe3",
  text: "#1c2430",
  dim: "#5d6b7c",
  person: "#e3edfb",
  call: "#f5f7fa",
  tool: "#0b5cad",
  ok: "#1a6b36",
  no: "#8a4b08",
};

/** How each kind of block is set: x, width, height of a line, width of a character (an upper bound, as fonts differ). */
const SPEECH = { size: 15, line: 21, character: 7.9 };
const CODE = { size: 12.6, line: 18, character: 7.6 };

/** The picture of the conversation, with the answers that the built server gives now. */
export async function drawConversation(root) {
  const client = new Client({ name: "picture", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(root, "dist", "main.js"), "stdio", "--sandbox"],
    env: { C1_MCP_SECRET_PAGERDUTY_API_TOKEN: "a-token-that-the-sandbox-takes" },
    stderr: "ignore",
  });
  await client.connect(transport);
  try {
    const blocks = [];
    for (const part of SCRIPT) {
      blocks.push(part.call === undefined ? part : { ...part, answer: await answerOf(client, part) });
    }
    return draw(blocks);
  } finally {
    await client.close();
  }
}

/** The summary of a success, or the whole text of a failure, without the id and the time that differ from run to run. */
async function answerOf(client, { call, args }) {
  const {
    isError = false,
    structuredContent,
    content,
  } = await client.callTool({ name: call, arguments: args });
  const text = isError ? content[0].text : structuredContent.summary;
  return {
    isError,
    text: text
      .replace(/, created [\d-]+T[\d:.]+Z/, "")
      .replace(/\[[0-9A-Za-z]{27}\]/, "[3Example00000000000000000ID]"),
  };
}

function draw(blocks) {
  let y = PAD;
  const drawn = [];
  for (const block of blocks) {
    const { svg, height } = drawBlock(block, y);
    drawn.push(svg);
    y += height + GAP;
  }
  const note =
    "The calls and their answers are real, on the sandbox tenant. The words of the person and of the assistant are an example.";
  drawn.push(
    `    <text x="${PAD}" y="${y + 8}" font-size="12" fill="${COLOURS.dim}">${escapeXml(note)}</text>`,
  );
  const height = y + PAD;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title summary">
  <title id="title">An assistant sets up an app in C1 in three calls</title>
  <desc id="summary">A person asks for an app, its connector and the connector's owner, by names. The assistant makes three calls, and each answer says what was created. Asked again, the server answers that the app exists and that nothing was changed. ${escapeXml(note)}</desc>
  <rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="9" fill="${COLOURS.paper}" stroke="${COLOURS.edge}"/>
  <g font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif">
${drawn.join("\n")}
  </g>
</svg>
`;
}

function drawBlock(block, y) {
  if (block.call !== undefined) return drawCall(block, y);
  return block.person !== undefined ? drawPerson(block.person, y) : drawAssistant(block.assistant, y);
}

/** A bubble at the right. */
function drawPerson(words, y) {
  const lines = wrapWords(words, 70);
  const width = Math.ceil(Math.max(...lines.map(({ length }) => length)) * SPEECH.character + 32);
  const height = lines.length * SPEECH.line + 20;
  const x = WIDTH - PAD - width;
  const box = `    <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="14" fill="${COLOURS.person}"/>`;
  return { svg: [box, ...setLines(lines, x + 16, y + 26, SPEECH, COLOURS.text)].join("\n"), height };
}

function drawAssistant(words, y) {
  const lines = wrapWords(words, 96);
  return {
    svg: setLines(lines, PAD, y + 16, SPEECH, COLOURS.text).join("\n"),
    height: lines.length * SPEECH.line + 4,
  };
}

/** A call with its arguments, and below them the answer. */
function drawCall({ call, args, answer }, y) {
  const width = WIDTH - 2 * PAD;
  const room = Math.floor((width - 32) / CODE.character);
  const asked = wrapWords(`${call} ${JSON.stringify(args).replaceAll(/([,:])(?=["[{\d])/g, "$1 ")}`, room);
  const answered = wrapWords(answer.text, room);
  const height = (asked.length + answered.length) * CODE.line + 26;
  const box = `    <rect x="${PAD}" y="${y}" width="${width}" height="${height}" rx="8" fill="${COLOURS.call}" stroke="${COLOURS.edge}"/>`;
  const code = [
    ...setLines(asked, PAD + 16, y + 22, CODE, COLOURS.tool),
    ...setLines(
      answered,
      PAD + 16,
      y + 28 + asked.length * CODE.line,
      CODE,
      answer.isError ? COLOURS.no : COLOURS.ok,
    ),
  ];
  return { svg: [box, `    <g font-family="${MONOSPACE}">`, ...code, "    </g>"].join("\n"), height };
}

function setLines(lines, x, y, { size, line }, fill) {
  return lines.map(
    (text, index) =>
      `    <text x="${x}" y="${y + index * line}" font-size="${size}" fill="${fill}">${escapeXml(text)}</text>`,
  );
}
