import { SETTINGS, type Setting } from "../../src/config/schema.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { toJsonSchema } from "../../src/tools/json-schema.ts";

/** The README with its generated tables made anew. */
export function withTables(readme: string): string {
  return fill(fill(readme, "settings", settingsTable()), "tools", toolsTable());
}

function fill(readme: string, name: string, table: string): string {
  const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!pattern.test(readme)) throw new Error(`README has no place for ${name}`);
  return readme.replace(pattern, (_all, start: string, end: string) => `${start}${table}${end}`);
}

function settingsTable(): string {
  const rows = Object.values(SETTINGS).map((setting: Setting) => {
    const names = [`\`${setting.env}\``, ...(setting.flag ? [`\`--${setting.flag}\``] : [])].join(", ");
    const preset = setting.default === undefined ? "" : `\`${setting.default}\``;
    return `| ${names} | ${setting.secret ? "yes" : ""} | ${preset} | ${setting.help.replaceAll("|", "\\|")} |\n`;
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
