import { isDeepStrictEqual } from "node:util";
import type { ValueNode } from "@humanwhocodes/momoa";
import { isObject, type Json } from "../json.ts";
import { insertItem, removeItem, replaceValue } from "./json-edit.ts";
import { containerOf, findMember, parseTree, rangeOf, type Tree } from "./json-tree.ts";

/**
 * Changes the value at a path, an object member by member, so that the comments in it stay. A name that is there twice is not edited:
 * the whole value is replaced.
 */
export function mergeValue(tree: Tree, path: readonly string[], wanted: Json): string {
  const { node } = follow(tree, path);
  const merged = mergeMembers(tree, path, wanted);
  return isDeepStrictEqual(follow(parseTree(merged), path).value, wanted)
    ? merged
    : replaceValue(tree, rangeOf(node), wanted);
}

function mergeMembers(tree: Tree, path: readonly string[], wanted: Json): string {
  const { node, value } = follow(tree, path);
  if (isDeepStrictEqual(value, wanted)) return tree.text;
  if (node.type !== "Object" || !isObject(value) || !isObject(wanted))
    return replaceValue(tree, rangeOf(node), wanted);
  const gone = Object.keys(value).filter((name) => !Object.hasOwn(wanted, name));
  const removed = gone.reduce((text, name) => dropAt(parseTree(text), path, name), tree.text);
  return Object.entries(wanted).reduce((text, [name, item]) => {
    const next = parseTree(text);
    return Object.hasOwn(value, name)
      ? mergeMembers(next, [...path, name], item)
      : insertAt(next, path, name, item);
  }, removed);
}

function dropAt(tree: Tree, path: readonly string[], name: string): string {
  const { node } = follow(tree, path);
  const found = node.type === "Object" ? findMember(node, name) : undefined;
  return node.type === "Object" && found ? removeItem(tree, containerOf(node), found.index) : tree.text;
}

function insertAt(tree: Tree, path: readonly string[], name: string, item: Json): string {
  const { node } = follow(tree, path);
  return node.type === "Object" ? insertItem(tree, containerOf(node), name, item) : tree.text;
}

/** What is at a path, whose members exist: its place in the text, and its value. */
function follow({ root, value }: Tree, path: readonly string[]): { node: ValueNode; value: Json } {
  let at: { node: ValueNode; value: Json } = { node: root, value };
  for (const name of path) {
    const found = at.node.type === "Object" ? findMember(at.node, name) : undefined;
    const below = isObject(at.value) ? (at.value as Readonly<Record<string, Json>>)[name] : undefined;
    if (!found || below === undefined) break;
    at = { node: found.value, value: below };
  }
  return at;
}
