import { CLIENTS, type ClientName } from "./clients.ts";
import { parseTree } from "./json-tree.ts";
import type { TargetFile } from "./target.ts";

/**
 * What a client's file contains that the client may not read, although `init` does: a sentence without its full stop. Undefined if
 * there is nothing. Throws a Refusal if the text cannot be parsed.
 */
export function describeLooseSyntax(client: ClientName, path: string, text: string): string | undefined {
  const { title, syntax } = CLIENTS[client];
  if (syntax === "jsonc" || syntax === "toml" || text.trim() === "") return undefined;
  const all = parseTree(text).tokens.map(({ type }) => type);
  const tokens = all.filter((type) => !type.endsWith("Comment"));
  const hasTrailingComma = tokens.some(
    (type, index) => type === "Comma" && /^R(?:Brace|Bracket)$/.test(tokens[index + 1] ?? ""),
  );
  const found = [
    ...(syntax === "json" && tokens.length < all.length ? ["comments"] : []),
    ...(hasTrailingComma ? ["a trailing comma"] : []),
  ];
  if (found.length === 0) return undefined;
  return `${path} has ${found.join(" and ")}, which JSON does not allow: ${title} may not read the file`;
}

/** The same of a file that `init` changes: what else is in it stays. */
export function warnOfSyntax(client: ClientName, { path, content }: TargetFile): string[] {
  const found = content && describeLooseSyntax(client, path, content.text);
  return found === undefined ? [] : [`${found}: remove that from it.`];
}
