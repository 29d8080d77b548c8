// Draws the pictures in docs/ from real answers of the built server: `npm run svg`. With --check it only reports whether they are up
// to date.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawConversation } from "./svg/conversation.mjs";
import { drawDemo } from "./svg/demo.mjs";

const root = join(import.meta.dirname, "..");
const pictures = { "conversation.svg": await drawConversation(root), "demo.svg": drawDemo(root) };

for (const [name, picture] of Object.entries(pictures)) {
  const target = join(root, "docs", name);
  if (!process.argv.includes("--check")) {
    writeFileSync(target, picture);
    process.stdout.write(`docs/${name}\n`);
  } else if (picture !== readFileSync(target, "utf8").replaceAll("\r\n", "\n")) {
    process.stderr.write(`docs/${name} does not show what the server answers: run \`npm run svg\`\n`);
    process.exitCode = 1;
  }
}
