import { SETTINGS, type Setting, type SettingKey } from "../../src/config/schema.ts";
import { SETTING_HELP } from "../../src/config/setting-help.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";
import { writeExamples } from "./tool-examples.ts";

/** The docs pages with generated parts, each with a function that regenerates its part. */
export const WITH_PARTS: Readonly<Record<string, (page: string) => Promise<string>>> = {
  "docs/configuration.md": async (page) => fill(page, "settings", settingsTable()),
  "docs/tools.md": async (page) => fill(fill(page, "tools", toolsTable()), "examples", await writeExamples()),
};

/** The file of tool names, against which the configuration checks settings. */
export function nameTools(): string {
  const namesOf = (tools: typeof TOOLS) => tools.map(({ name }) => `  "${name}",\n`).join("");
  const writes = TOOLS.filter(({ effect }) => effect !== "read");
  const reads = TOOLS.filter(({ effect }) => effect === "read");
  return [
    "// `npm run docs` makes this file from src/tools/index.ts.\n",
    "\n/** The tools that write: the only ones a confirmation or a block can be set for. */\n",
    `export const WRITE_TOOL_NAMES = [\n${namesOf(writes)}] as const;\n`,
    "\n/** Every tool, in the order clients see them. */\n",
    `export const TOOL_NAMES = [\n  ...WRITE_TOOL_NAMES,\n${namesOf(reads)}] as const;\n`,
  ].join("");
}

/** The bundle's manifest with its tool list regenerated: the first sentence of each tool's description. */
export function withTools(manifest: string): string {
  const pattern = /("tools": \[\n)[^\]]*(\n {2}\])/;
  if (!pattern.test(manifest)) throw new Error("manifest.json has no list of tools");
  const rows = TOOLS.map(({ name, description }) => {
    const [sentence = description] = description.split(/[.;:](?:\s|$)/);
    return `    {\n      "name": "${name}",\n      "description": ${JSON.stringify(sentence)}\n    }`;
  });
  return manifest.replace(pattern, (_all, start: string, end: string) => `${start}${rows.join(",\n")}${end}`);
}

function fill(page: string, name: string, table: string): string {
  const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!pattern.test(page)) throw new Error(`the page has no place for ${name}`);
  return page.replace(pattern, (_all, start: string, end: string) => `${start}${table}${end}`);
}

function settingsTable(): string {
  const rows = Object.entries(SETTINGS).map(([key, setting]: [string, Setting]) => {
    const names = [`\`${setting.env}\``, ...(setting.flag ? [`\`--${setting.flag}\``] : [])].join(", ");
    const preset = setting.default === undefined ? "" : `\`${setting.default}\``;
    const help = SETTING_HELP[key as SettingKey].replaceAll("|", "\\|");
    return `| ${names} | ${setting.secret ? "yes" : ""} | ${preset} | ${help} |\n`;
  });
  return `| Variable, flag | Secret | Default | Meaning |\n|---|---|---|---|\n${rows.join("")}`;
}

function toolsTable(): string {
  const rows = TOOLS.map((tool) => {
    const schema = toJsonSchema(tool.input) as { properties: Record<string, unknown>; required?: string[] };
    const args = Object.keys(schema.properties).map((name) =>
      schema.required?.includes(name) ? `**${name}**` : name,
    );
    const effect = { read: "reads", create: "creates", add: "adds", replace: "replaces" }[tool.effect];
    return `| \`${tool.name}\` | ${effect} | ${tool.description} | ${args.join(", ") || "none"} |\n`;
  });
  return `| Tool | Effect | What the assistant is told | Arguments (bold: required) |\n|---|---|---|---|\n${rows.join("")}`;
}
