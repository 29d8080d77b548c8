export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A Markdown table with padded columns, readable in a terminal, too. Figures are aligned to the right. */
export function formatTable({ head, rows }: Table): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? "", width, column)).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

/**
 * Replaces the section with the same heading, or appends the section. A section ends at the next heading of its level or of a
 * higher one.
 * @param heading with its marks, such as "## Node 20".
 */
export function replaceSection(text: string, heading: string, body: string): string {
  const section = `${heading}\n\n${body.trim()}\n`;
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  if (start === -1) return `${text.trim()}\n\n${section}`.trimStart();
  const level = levelOf(heading);
  const length = lines.slice(start + 1).findIndex((line) => levelOf(line) > 0 && levelOf(line) <= level);
  const before = lines.slice(0, start).join("\n").trim();
  const after =
    length === -1
      ? ""
      : lines
          .slice(start + 1 + length)
          .join("\n")
          .trim();
  return [before, section.trim(), after].filter(Boolean).join("\n\n").concat("\n");
}

/** The text of a section; undefined if there is none. */
export function readSection(text: string, heading: string): string | undefined {
  const lines = text.split("\n");
  const start = lines.indexOf(heading);
  if (start === -1) return undefined;
  const level = levelOf(heading);
  const rest = lines.slice(start + 1);
  const length = rest.findIndex((line) => levelOf(line) > 0 && levelOf(line) <= level);
  return rest
    .slice(0, length === -1 ? undefined : length)
    .join("\n")
    .trim();
}

function levelOf(line: string): number {
  return /^(#+) /.exec(line)?.[1]?.length ?? 0;
}
