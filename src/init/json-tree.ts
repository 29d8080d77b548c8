import {
  type ArrayNode,
  evaluate,
  type ObjectNode,
  parse,
  type Token,
  type ValueNode,
} from "@humanwhocodes/momoa";
import type { Json } from "../json.ts";
import { Refusal } from "./refusal.ts";

/** A parsed file, with the position of everything in its text. */
export interface Tree {
  readonly text: string;
  readonly root: ObjectNode;
  readonly tokens: readonly Token[];
  readonly value: Json;
}

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** An object or list, with the positions of its members or elements. */
export interface Container extends TextRange {
  readonly items: readonly TextRange[];
}

/** Parses JSON with comments and trailing commas. Throws a Refusal with line and column. */
export function parseTree(text: string): Tree {
  const { body, tokens = [] } = parseText(text);
  if (body.type !== "Object") throw new Refusal("it does not hold an object at the top");
  return { text, root: body, tokens, value: evaluate(body) as Json };
}

function parseText(text: string) {
  try {
    return parse(text, { mode: "jsonc", ranges: true, tokens: true, allowTrailingCommas: true });
  } catch (error) {
    throw new Refusal(`it is not valid JSON: ${describeFault(text, error as ParseError)}`);
  }
}

type ParseError = Error & { readonly line: number; readonly column: number; readonly offset: number };

function describeFault(text: string, { line, column, offset, message }: ParseError): string {
  const whole = text.trimEnd();
  // For a truncated text, the parser reports its start, or its last token as if that were wrong.
  if (message.startsWith("Unexpected end") || /^(?:[[{,:]|"[^"]*")$/.test(whole.slice(offset))) {
    const lines = whole.split("\n");
    return `its end is missing after line ${lines.length}, column ${lines.at(-1)?.length}`;
  }
  const what = message.replace(/\s*\(\d+:\d+\)\s*$/, "").replace(/ found\.$/, "");
  return `line ${line}, column ${column} (${what.toLowerCase()})`;
}

export function rangeOf(node: { range?: readonly [number, number] }): TextRange {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}

export function containerOf(node: ObjectNode | ArrayNode): Container {
  const items = node.type === "Object" ? node.members : node.elements.map(({ value }) => value);
  return { ...rangeOf(node), items: items.map(rangeOf) };
}

/** The last member of that name: with duplicates, the last one counts. */
export function findMember(object: ObjectNode, key: string): { index: number; value: ValueNode } | undefined {
  const index = object.members.findLastIndex(
    ({ name }) => (name.type === "String" ? name.value : name.name) === key,
  );
  const value = object.members[index]?.value;
  return value && { index, value };
}
