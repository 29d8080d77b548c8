import { expect, it } from "vitest";
import { readSources } from "../support/sources.ts";

/* One name has one meaning: whoever searches for an exported name finds one definition. */

const EXPORTED =
  /^export (?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/** Names that more than one file defines. */
function findShared(files: ReturnType<typeof readSources>): Record<string, string[]> {
  const byName = new Map<string, Set<string>>();
  for (const { path, text } of files)
    for (const [, name = ""] of text.matchAll(EXPORTED))
      byName.set(name, (byName.get(name) ?? new Set()).add(path));
  const shared = [...byName].filter(([, paths]) => paths.size > 1);
  return Object.fromEntries(shared.map(([name, paths]) => [name, [...paths]]));
}

// The sandbox is C1's own side of the same protocol, and may call a page, a call or a token endpoint what the client calls it.
it.each([
  ["outside the sandbox", false],
  ["in the sandbox", true],
])("%s, no two files export the same name", (_where, isSandbox) => {
  const files = readSources().filter(({ path }) => path.startsWith("sandbox/") === isSandbox);
  expect(files.length).toBeGreaterThan(40);
  expect(findShared(files)).toEqual({});
});

it("overloads of one file are one definition, and re-exports are none", () => {
  const twice = "export function a(x: string): void;\nexport function a(x: number): void;\n";
  expect(findShared([{ path: "a.ts", text: twice }])).toEqual({});
  const again = { path: "c.ts", text: 'export { a } from "./a.ts";\nexport type * from "./b.ts";\n' };
  expect(findShared([{ path: "a.ts", text: "export const a = 1;\n" }, again])).toEqual({});
  const other = { path: "b.ts", text: "export type a = string;\n" };
  expect(findShared([{ path: "a.ts", text: twice }, other])).toEqual({ a: ["a.ts", "b.ts"] });
});
