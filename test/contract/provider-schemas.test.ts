import { describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import type { JsonSchema } from "../../src/tools/json-schema.ts";
import { listTools } from "../../src/tools/listing.ts";
import { parseArguments } from "../../src/tools/parse.ts";

/*
 * What model providers accept as a tool, by their published rules. A tool that one of them refuses is lost for all clients that use
 * it, often with the whole list. Each rule names its source, read in stored copies of November 2026; "reported" is an error that
 * others got from the API, for rules without a document.
 */

const tools = listTools(TOOLS);

interface Node {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly depth: number;
}

/** A schema and all schemas inside it. */
function walk(schema: JsonSchema, path = "$", depth = 0): Node[] {
  const {
    properties = {},
    items,
    additionalProperties,
  } = schema as {
    properties?: Record<string, JsonSchema>;
    items?: JsonSchema;
    additionalProperties?: JsonSchema | boolean;
  };
  const inside = Object.entries(properties).flatMap(([key, own]) => walk(own, `${path}.${key}`, depth + 1));
  const each = items ? walk(items, `${path}[]`, depth + 1) : [];
  const others =
    typeof additionalProperties === "object" ? walk(additionalProperties, `${path}.*`, depth + 1) : [];
  return [{ path, schema, depth }, ...inside, ...each, ...others];
}

const keysOf = ({ properties = {} }: JsonSchema) => Object.keys(properties as object);
const requiredOf = ({ required = [] }: JsonSchema) => required as string[];
const optionsOf = ({ enum: options = [] }: JsonSchema) => options as unknown[];
const wordsOf = (schema: JsonSchema, except: readonly string[] = []) =>
  Object.keys(schema).filter((key) => !except.includes(key));

/** A map with arbitrary keys, which strict modes cannot express. */
const isFreeMap = ({ additionalProperties }: JsonSchema) => typeof additionalProperties === "object";

const pathsWith = (nodes: readonly Node[], words: readonly string[]) =>
  nodes.filter(({ schema }) => words.some((word) => word in schema)).map(({ path }) => path);

const COMBINATORS = ["oneOf", "anyOf", "allOf", "not", "if", "then", "else"];

describe.each(tools)("$name", ({ name, description, inputSchema }) => {
  const nodes = walk(inputSchema);

  // Name: "FunctionObject" of OpenAI's API reference (platform.openai.com/docs/api-reference; the same text in
  // docs.rs/crate/openai-client-base, docs/FunctionObject.md). Description: reported, "string too long. Expected a string with
  // maximum length 1024", github.com/getsentry/sentry-mcp/issues/106 and others of 2024 and 2025; not found in a document.
  it("is a valid function for OpenAI", () => {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(description.length).toBeLessThanOrEqual(1_024);
    expect(inputSchema.type).toBe("object");
  });

  // Name: "Define tools" of Anthropic's documents (the same pattern in apis.io/schemas/claude/claude-messages-tool). Schema:
  // platform.claude.com/docs/en/managed-agents/self-hosted-sandboxes, "Most schemas pass through unchanged": no reference
  // keyword anywhere, no combinator at the root, names of properties of 1 to 64 letters, digits, "_", "." and "-". The API's own
  // words for combinators: github.com/anthropics/claude-code/issues/40075.
  it("is a valid tool for Anthropic", () => {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(inputSchema.type).toBe("object");
    expect(pathsWith(nodes, ["$ref", "$defs", "definitions", "$id", "$anchor"])).toEqual([]);
    expect(COMBINATORS.filter((word) => word in inputSchema)).toEqual([]);
    for (const key of nodes.flatMap(({ schema }) => keysOf(schema)))
      expect(key).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
  });

  // docs.aws.amazon.com/bedrock/latest/APIReference: API_runtime_ToolSpecification (name, a description of at least one
  // character), API_runtime_ToolInputSchema ("The top level schema type must be object"), and API_agent_ToolSpecification for
  // agents, whose names begin with a letter and have no "-".
  it("is a valid tool for Bedrock and its agents", () => {
    expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
    expect(description.length).toBeGreaterThan(0);
    expect(inputSchema.type).toBe("object");
  });

  // Name: at most 63 characters by ai.google.dev/api/python/google/generativeai/protos/FunctionDeclaration; a letter or "_" first,
  // and parameter names of letters, digits and "_", by FunctionDeclaration of googleapis.github.io/js-genai. Attributes: Schema
  // ibid. A whole JSON Schema goes into `parametersJsonSchema` (FunctionDeclaration ibid.); clients that fill in `parameters` take
  // additionalProperties out, which is unknown there: reported, github.com/promptfoo/promptfoo/issues/6902. Also reported: a
  // type everywhere, github.com/google-gemini/gemini-cli/issues/4400; enums of texts that are not empty,
  // github.com/sbroenne/mcp-server-excel/issues/607; properties of objects alone, github.com/anomalyco/opencode/issues/11889.
  it("is a valid function for Gemini", () => {
    expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/);
    const known =
      "type format title description nullable enum items properties required default minimum maximum minItems maxItems minLength maxLength pattern minProperties maxProperties anyOf propertyOrdering example".split(
        " ",
      );
    for (const { path, schema } of nodes) {
      // A value of any kind is an empty schema, which is allowed with additionalProperties.
      if (path.endsWith(".*") && wordsOf(schema).length === 0) continue;
      const unknown = wordsOf(schema, ["additionalProperties"]).filter((word) => !known.includes(word));
      expect(unknown, path).toEqual([]);
      expect(["object", "array", "string", "integer", "number", "boolean"], path).toContain(schema.type);
      if ("enum" in schema) expect(schema.type, path).toBe("string");
      for (const option of optionsOf(schema)) expect(option, path).toMatch(/./);
      if (schema.type === "array") expect(schema.items, path).toBeDefined();
      if (schema.type !== "object") expect(wordsOf(schema), path).not.toContain("properties");
      for (const key of keysOf(schema)) expect(key).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/);
      for (const key of requiredOf(schema)) expect(keysOf(schema)).toContain(key);
    }
  });

  // platform.openai.com/docs/guides/structured-outputs, "Supported schemas" (text as in github.com/robobenjie/battlebuddy,
  // .cursor/rules/OpenAIDoc.md): a root that is an object; 5,000 properties, 10 levels, 120,000 characters of names and enum
  // values, 1,000 enum values; no allOf, not, if. `maximum` is listed as supported. `default` is not listed: Microsoft's
  // client had it refused (github.com/dotnet/extensions/issues/6196, 2025), OpenAI's own people had it taken in August 2026
  // (github.com/openai/openai-agents-python/issues/4390), and their clients take it out.
  it("stays within the limits of OpenAI's strict mode", () => {
    const schemas = nodes.map(({ schema }) => schema);
    const options = schemas.flatMap(optionsOf).map(String);
    expect(schemas.flatMap(keysOf).length).toBeLessThanOrEqual(5_000);
    expect(Math.max(...nodes.map(({ depth }) => depth))).toBeLessThanOrEqual(10);
    expect(options.length).toBeLessThanOrEqual(1_000);
    expect([...schemas.flatMap(keysOf), ...options].join("").length).toBeLessThan(120_000);
    expect(pathsWith(nodes, COMBINATORS)).toEqual([]);
  });

  // The same guide: `additionalProperties: false` in every object. platform.claude.com/docs/en/build-with-claude/
  // structured-outputs, "JSON Schema limitations": the same for Anthropic.
  it("has closed objects only, except for maps whose keys depend on the connector type", () => {
    const open = nodes.filter(
      ({ schema }) => schema.type === "object" && schema.additionalProperties !== false,
    );
    expect(open.map(({ path }) => path)).toEqual(
      nodes.filter(({ schema }) => isFreeMap(schema)).map(({ path }) => path),
    );
  });

  // The same page: no bounds of numbers and texts, none of lists but minItems of 0 or 1, enums of plain values, `default` as it
  // likes. A request with more is refused (400); Anthropic's SDKs take bounds out and put them into descriptions. Ours have
  // one such word, which those SDKs know.
  it("has no bounds that Anthropic's strict mode refuses, except the maximum of limit and waitSeconds", () => {
    const refused =
      "minimum multipleOf exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems uniqueItems".split(
        " ",
      );
    expect(pathsWith(nodes, refused)).toEqual([]);
    const bounded = pathsWith(nodes, ["maximum"]).map((path) => path.replace("$.", ""));
    expect(["limit", "waitSeconds"]).toEqual(expect.arrayContaining(bounded));
  });
});

const closed = tools.filter(({ inputSchema }) => !walk(inputSchema).some(({ schema }) => isFreeMap(schema)));

it("few tools have such a map, and the others fit strict mode after the usual client conversion", () => {
  const open = tools.filter((tool) => !closed.includes(tool));
  expect(open.map(({ name }) => name)).toEqual(["create_app", "create_connector", "update_connector"]);
});

// platform.claude.com/docs/en/build-with-claude/structured-outputs, "Schema complexity limits": in one request 20 strict tools,
// 24 arguments in all that may be missing, 16 with several types.
it("all tools without such a map fit into one strict request to Anthropic", () => {
  const schemas = closed.map(({ inputSchema }) => inputSchema);
  const unset = schemas.flatMap((schema) =>
    keysOf(schema).filter((key) => !requiredOf(schema).includes(key)),
  );
  expect(schemas.length).toBeLessThanOrEqual(20);
  expect(unset.length).toBeLessThanOrEqual(24);
  expect(
    schemas.flatMap((schema) => walk(schema)).filter(({ schema }) => Array.isArray(schema.type)),
  ).toEqual([]);
});

// The guide of OpenAI's strict mode: every field is required, and what may be missing is nullable.
it("a null that a strict client fills in counts as not set", () => {
  for (const { input, name } of TOOLS) {
    const { inputSchema } = tools.find((tool) => tool.name === name) ?? { inputSchema: {} };
    const required = requiredOf(inputSchema);
    const unset = keysOf(inputSchema).filter((key) => !required.includes(key));
    const given = Object.fromEntries(
      required.map((key) => [key, key === "config" ? {} : "jane@acme.example"]),
    );
    const nulls = Object.fromEntries(unset.map((key) => [key, null]));
    // An e-mail address is not accepted as an app's name.
    if ("displayName" in given) given.displayName = "Acme CRM";
    expect(parseArguments(input, { ...given, ...nulls }, name)).toEqual(parseArguments(input, given, name));
  }
});
