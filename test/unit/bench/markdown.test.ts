import { describe, expect, it } from "vitest";
import { formatTable, readSection, replaceSection } from "../../../bench/markdown.ts";

it("a table has columns of equal width, with figures right-aligned", () => {
  const table = formatTable({
    head: ["Start", "ms"],
    rows: [
      ["floor", "25.1"],
      ["the server", "9"],
    ],
  });
  expect(table.split("\n")).toEqual([
    "| Start      |   ms |",
    "| ---------- | ---: |",
    "| floor      | 25.1 |",
    "| the server |    9 |",
  ]);
});

const FILE = `# Results

How to read it.

## Node 20

### Start

old start

### Memory

old memory

## Node 24

### Start

other start
`;

describe("a section", () => {
  it("replaces the section with the same heading", () => {
    const text = replaceSection(FILE, "## Node 20", "### Start\n\nnew");
    expect(text).toBe(
      "# Results\n\nHow to read it.\n\n## Node 20\n\n### Start\n\nnew\n\n## Node 24\n\n### Start\n\nother start\n",
    );
  });

  it("is appended if it is new", () => {
    expect(replaceSection("# Results\n", "## Node 26", "text")).toBe("# Results\n\n## Node 26\n\ntext\n");
    expect(replaceSection("", "### Start", "text")).toBe("### Start\n\ntext\n");
  });

  it("is replaced up to the end if it is the last one", () => {
    const text = replaceSection(FILE, "## Node 24", "new");
    expect(text.endsWith("old memory\n\n## Node 24\n\nnew\n")).toBe(true);
  });

  it("changes nothing if it is replaced by itself", () => {
    for (const heading of ["## Node 20", "## Node 24"])
      expect(replaceSection(FILE, heading, readSection(FILE, heading) ?? "")).toBe(FILE);
  });

  it("extends to the next heading of its level, including its subsections", () => {
    expect(readSection(FILE, "## Node 20")).toBe("### Start\n\nold start\n\n### Memory\n\nold memory");
    expect(readSection(FILE, "## Node 26")).toBeUndefined();
  });

  it("is replaced alone if it is a subsection", () => {
    const section = readSection(FILE, "## Node 20") ?? "";
    const changed = replaceSection(section, "### Start", "new start");
    expect(changed).toBe("### Start\n\nnew start\n\n### Memory\n\nold memory\n");
  });
});
