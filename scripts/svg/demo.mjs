// docs/demo.svg: the demo's output, of which some steps are shown; an ellipsis stands for the others. What differs from run to run
// (ids, times, the code and the port of a page) is replaced and durations are left out, so that the same demo always makes the
// same picture.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { escapeXml, MONOSPACE } from "./text.mjs";

/** The whole job, and the refusal of a duplicate. */
const SHOWN = ["3", "4", "5", "6", "8"];
const COLUMNS = 100;
const CHARACTER = 7.6;
const LINE = 19;
const PAD = 22;
const BAR = 38;
const COLOURS = {
  paper: "#10151d",
  bar: "#1b222d",
  edge: "#3b4554",
  text: "#d3dae3",
  dim: "#8592a3",
  title: "#ffffff",
  tool: "#6cc7e6",
  ok: "#8fd694",
  no: "#f0c26b",
};

/** The picture of what the demo prints. */
export function drawDemo(root) {
  const output = execFileSync(process.execPath, [join(root, "dist", "main.js"), "demo"], {
    encoding: "utf8",
    cwd: root,
  });
  return draw(rowsOf(steady(output)));
}

/** The output without what differs from run to run. */
function steady(text) {
  const made = [...text.matchAll(/^ {2}(?:app|connector) +([0-9A-Za-z]{27})$/gm)].map(([, id]) => id);
  if (made.length !== 2) throw new Error("the demo does not say which app and connector it made");
  const renamed = made.reduce(
    (all, id, index) => all.replaceAll(id, `3Example0000000000000000${index}ID`),
    text,
  );
  return renamed
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T09:00:00.000Z")
    .replace(/(?<= code: )\w{6}$/m, "7KQ2MX")
    .replace(/(?<=http:\/\/127\.0\.0\.1:)\d+/g, "49200")
    .replace(/^ +\d+ ms\n/gm, "")
    .replace(/, in [\d.]+ s\.$/m, ".");
}

/** Lines of the picture: indentation, text and colour. */
function rowsOf(text) {
  const [head = "", ...blocks] = text.trimEnd().split(/\n(?=\n\d+\. |\nIn the tenant)/);
  const [start = "", command = ""] = head.split("\n");
  const rows = [...wrap(0, start, "text"), ...wrap(0, command, "dim")];
  for (const block of blocks) {
    const [, number] = /^\n(\d+)\. /.exec(block) ?? [];
    if (SHOWN.includes(number)) rows.push({ text: "" }, ...rowsOfStep(block));
    else if (number !== undefined && rows.at(-1).text !== "…")
      rows.push({ text: "" }, { text: "…", indent: 0, colour: "dim" });
  }
  const end = text.split("\n").filter((line) => /^(?:The server wrote|All \d+ steps)/.test(line));
  if (end.length !== 2) throw new Error("the demo does not end as the picture shows");
  return [...rows, { text: "" }, ...end.flatMap((line) => wrap(0, line, "dim"))];
}

function rowsOfStep(block) {
  const [title = "", call = "", ...answer] = block.trimStart().split("\n");
  const refused = answer.some((line) => /^ +\[[a-z_]+\] /.test(line));
  const rows = [...wrap(0, title, "title"), ...wrap(3, call.trim(), "tool")];
  for (const line of answer) {
    const isPerson = /^ +(?:The client shows|http):?/.test(line);
    const colour = refused ? "no" : "ok";
    rows.push(...wrap(3, line.trim(), isPerson ? "text" : colour));
  }
  return rows;
}

/** What stays together on a line, as in src/text-lines.ts. */
const PIECE = /(?:"[^"]{0,40}"|\S)+?(?:,(?=["{[])|\s+|$)/g;

/** Breaks between words, and between the members of JSON; what goes on is indented further. */
function wrap(indent, text, colour) {
  const further = indent === 0 ? 0 : indent + 2;
  const rows = [];
  for (const piece of text.match(PIECE) ?? []) {
    const last = rows.at(-1);
    if (last && last.indent + last.text.length + piece.trimEnd().length <= COLUMNS) last.text += piece;
    else rows.push({ indent: last ? further : indent, text: piece, colour });
  }
  return rows;
}

function draw(rows) {
  const width = Math.round(COLUMNS * CHARACTER + 2 * PAD);
  const height = BAR + PAD + rows.length * LINE + PAD / 2;
  const lines = rows.flatMap(({ indent, text, colour }, index) => {
    if (text === "") return [];
    const x = PAD + indent * CHARACTER;
    const y = BAR + PAD + index * LINE;
    const weight = colour === "title" ? ' font-weight="bold"' : "";
    return `    <text x="${+x.toFixed(1)}" y="${y}" fill="${COLOURS[colour]}"${weight}>${escapeXml(text.trimEnd())}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title summary">
  <title id="title">The demo of c1-admin-mcp in a terminal</title>
  <desc id="summary">On a sandbox tenant an app and a connector are made from names alone. The connector's token has expired: a person types the new one on a page, and the connector is connected. Its owner is added, and the same app again is refused. Steps left out are marked by an ellipsis; ids, times, code and port are replaced, durations left out.</desc>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="${COLOURS.paper}" stroke="${COLOURS.edge}"/>
  <path d="M1 ${BAR - 8}V10a9 9 0 0 1 9-9h${width - 20}a9 9 0 0 1 9 9v${BAR - 18}z" fill="${COLOURS.bar}"/>
  <g font-family="${MONOSPACE}" font-size="12.6" xml:space="preserve">
    <text x="${PAD}" y="20" fill="${COLOURS.dim}">npm run demo</text>
${lines.join("\n")}
  </g>
</svg>
`;
}
