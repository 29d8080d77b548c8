// docs/demo.svg: the demo's output, of which the calls that write are shown. Ids and times of this run are replaced and
// durations left out, so that the same demo always makes the same picture.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { escapeXml, MONOSPACE } from "./text.mjs";

const WRITES = ["create_app", "create_connector", "add_connector_user_owner"];
const SHOWN = 5;
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
    .replace(/^ +\d+ ms\n/gm, "")
    .replace(/, in [\d.]+ s\.$/m, ".");
}

/** Lines of the picture: indentation, text and colour. */
function rowsOf(text) {
  const [head = "", ...blocks] = text.trimEnd().split(/\n(?=\n\d+\. |\nIn the tenant)/);
  const steps = blocks.filter((block) => /^\n\d+\. /.test(block));
  const chosen = steps.filter((step) => WRITES.includes(step.split("\n")[2]?.trim().split(" ")[0] ?? ""));
  if (chosen.length < SHOWN) throw new Error("the demo has fewer calls that write than the picture shows");
  const [start = "", command = ""] = head.split("\n");
  const rows = [...wrap(0, start, "text"), ...wrap(0, command, "dim")];
  for (const step of chosen.slice(0, SHOWN)) {
    const [title = "", call = "", ...answer] = step.trimStart().split("\n");
    const colour = answer[0]?.trimStart().startsWith("[") ? "no" : "ok";
    rows.push(
      { text: "" },
      ...wrap(0, title.replace(/^\d+\. /, ""), "title"),
      ...wrap(2, call.trim(), "tool"),
    );
    for (const line of answer) rows.push(...wrap(2, line.trim(), colour));
  }
  const end = text.trimEnd().split("\n").slice(-2);
  return [...rows, { text: "" }, ...end.flatMap((line) => wrap(0, line, "dim"))];
}

/** Breaks after a space or a comma; what goes on is indented further. */
function wrap(indent, text, colour) {
  const room = COLUMNS - indent;
  if (text.length <= room) return [{ indent, text, colour }];
  const at = Math.max(text.lastIndexOf(" ", room), text.lastIndexOf(",", room - 1) + 1);
  const cut = at > room / 3 ? at : room;
  const rest = wrap(indent < 4 ? indent + 2 : indent, text.slice(cut).trimStart(), colour);
  return [{ indent, text: text.slice(0, cut).trimEnd(), colour }, ...rest];
}

function draw(rows) {
  const width = Math.round(COLUMNS * CHARACTER + 2 * PAD);
  const height = BAR + PAD + rows.length * LINE + PAD / 2;
  const lines = rows.flatMap(({ indent, text, colour }, index) => {
    if (text === "") return [];
    const x = PAD + indent * CHARACTER;
    const y = BAR + PAD + index * LINE;
    const weight = colour === "title" ? ' font-weight="bold"' : "";
    return `    <text x="${+x.toFixed(1)}" y="${y}" fill="${COLOURS[colour]}"${weight}>${escapeXml(text)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title summary">
  <title id="title">The demo of c1-admin-mcp in a terminal</title>
  <desc id="summary">On a sandbox tenant an app, a connector and its owner are made from names alone; the same app again is refused, and so is a misspelt argument. Ids and times are replaced, durations left out.</desc>
  <rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="${COLOURS.paper}" stroke="${COLOURS.edge}"/>
  <path d="M1 ${BAR - 8}V10a9 9 0 0 1 9-9h${width - 20}a9 9 0 0 1 9 9v${BAR - 18}z" fill="${COLOURS.bar}"/>
  <g font-family="${MONOSPACE}" font-size="12.6" xml:space="preserve">
    <text x="${PAD}" y="20" fill="${COLOURS.dim}">npm run demo</text>
${lines.join("\n")}
  </g>
</svg>
`;
}
