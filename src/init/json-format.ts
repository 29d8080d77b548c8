import { isDeepStrictEqual } from "node:util";
import { isObject, type Json, type JsonObject } from "../json.ts";
import { type Entry, SERVER_NAME } from "./entry.ts";
import type { Format } from "./format.ts";
import { commentsWithin, insertItem, removeItem } from "./json-edit.ts";
import { mergeValue } from "./json-merge.ts";
import { containerOf, findMember, parseTree, type Tree } from "./json-tree.ts";
import { Refusal } from "./refusal.ts";

const INPUTS = "inputs";

/** JSON files that keep their servers in an object named `container`. Comments and trailing commas are allowed. */
export function createJsonFormat(container: string, ownInputs: readonly JsonObject[]): Format {
  const inputIds = ownInputs.map(({ id }) => id);

  function put(text: string, { server, inputs }: Entry): string {
    if (text.trim() === "") {
      const all = { ...(inputs.length > 0 && { [INPUTS]: inputs }), [container]: { [SERVER_NAME]: server } };
      return `${JSON.stringify(all, null, 2)}\n`;
    }
    let result = putServer(parseTree(text), container, server);
    for (const input of inputs) result = putInput(parseTree(result), input);
    return checked(text, inputs.length === 0 ? dropUnused(text, result) : result);
  }

  /** Drops the inputs that `init` wrote for an entry which asks for nothing any more. */
  function dropUnused(before: string, text: string): string {
    const isUnused = ({ id }: JsonObject) => !text.includes(`\${input:${id}}`);
    const dropped = ownInputs.filter(isUnused).reduce((rest, input) => {
      const tree = parseTree(rest);
      return inputsIn(tree).some((present) => isDeepStrictEqual(present, input))
        ? dropInput(tree, input.id)
        : rest;
    }, text);
    return dropped === text ? text : dropEmpty(before, parseTree(dropped), INPUTS);
  }

  function remove(text: string): string {
    let result = dropMember(parseTree(text), [container, SERVER_NAME]);
    for (const id of inputIds) result = dropInput(parseTree(result), id);
    for (const key of [container, INPUTS]) result = dropEmpty(text, parseTree(result), key);
    if (serverIn(parseTree(result), container) !== undefined)
      throw new Refusal(`it names ${SERVER_NAME} twice`);
    return checked(text, result);
  }

  /** The edit is textual, so every value outside the entry is compared with what was there before. */
  function checked(before: string, after: string): string {
    if (isDeepStrictEqual(restOf(before), restOf(after))) return after;
    throw new Refusal("it cannot be changed without touching other entries");
  }

  function restOf(text: string): Json {
    const rest = structuredClone(parseTree(text).value) as JsonObject;
    const servers = rest[container] as JsonObject | undefined;
    if (servers) delete servers[SERVER_NAME];
    if (Array.isArray(rest[INPUTS]))
      rest[INPUTS] = rest[INPUTS].filter((input) => !inputIds.includes(idOf(input)));
    for (const key of [container, INPUTS])
      if (Object.keys((rest[key] ?? {}) as object).length === 0) delete rest[key];
    return rest;
  }

  return {
    readServer: (text) => (text.trim() === "" ? undefined : serverIn(parseTree(text), container)),
    put,
    remove,
    isBlank: (text) => {
      if (text.trim() === "") return true;
      const tree = parseTree(text);
      return (
        tree.root.members.length === 0 && commentsWithin(tree, { start: 0, end: text.length }).length === 0
      );
    },
  };
}

function objectIn(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key];
  if (value === undefined) return undefined;
  if (isObject(value)) return value;
  throw new Refusal(`its "${key}" is not an object`);
}

function putServer(tree: Tree, container: string, server: JsonObject): string {
  const servers = findMember(tree.root, container)?.value;
  if (!servers) return insertItem(tree, containerOf(tree.root), container, { [SERVER_NAME]: server });
  if (servers.type !== "Object") throw new Refusal(`its "${container}" is not an object`);
  const present = findMember(servers, SERVER_NAME);
  if (present && isDeepStrictEqual(serverIn(tree, container), server)) return tree.text;
  return present
    ? mergeValue(tree, [container, SERVER_NAME], server)
    : insertItem(tree, containerOf(servers), SERVER_NAME, server);
}

function serverIn({ value }: Tree, container: string): Json | undefined {
  return objectIn(value as JsonObject, container)?.[SERVER_NAME];
}

function putInput(tree: Tree, input: JsonObject): string {
  const list = findMember(tree.root, INPUTS)?.value;
  if (!list) return insertItem(tree, containerOf(tree.root), INPUTS, [input]);
  if (list.type !== "Array") throw new Refusal(`its "${INPUTS}" is not a list`);
  const present = (tree.value as JsonObject)[INPUTS] as Json[];
  if (present.some((other) => idOf(other) === input.id)) return tree.text;
  return insertItem(tree, containerOf(list), undefined, input);
}

function dropMember(tree: Tree, [parent, key]: readonly [string, string]): string {
  const object = findMember(tree.root, parent)?.value;
  const found = object?.type === "Object" ? findMember(object, key) : undefined;
  return object?.type === "Object" && found ? removeItem(tree, containerOf(object), found.index) : tree.text;
}

function inputsIn({ value }: Tree): readonly Json[] {
  const list = (value as JsonObject)[INPUTS];
  return Array.isArray(list) ? list : [];
}

function dropInput(tree: Tree, id: Json | undefined): string {
  const list = findMember(tree.root, INPUTS)?.value;
  if (list?.type !== "Array") return tree.text;
  const index = ((tree.value as JsonObject)[INPUTS] as Json[]).findIndex((input) => idOf(input) === id);
  return index === -1 ? tree.text : removeItem(tree, containerOf(list), index);
}

/** Removes a container that the removal emptied, unless it holds a comment or was empty before. */
function dropEmpty(before: string, tree: Tree, key: string): string {
  const found = findMember(tree.root, key);
  const node = found?.value;
  if (!found || (node?.type !== "Object" && node?.type !== "Array")) return tree.text;
  const container = containerOf(node);
  const was = (parseTree(before).value as JsonObject)[key];
  const wasEmpty = Object.keys((was ?? {}) as object).length === 0;
  if (container.items.length > 0 || wasEmpty || commentsWithin(tree, container).length > 0) return tree.text;
  return removeItem(tree, containerOf(tree.root), found.index);
}

function idOf(input: Json): Json | undefined {
  return isObject(input) ? input.id : undefined;
}
