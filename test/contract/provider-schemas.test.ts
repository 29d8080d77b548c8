import { describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import type { JsonSchema } from "../../src/tools/json-schema.ts";
import { listTools } from "../../src/tools/listing.ts";
import { parseArguments } from "../../src/tools/parse.ts";

/*
 * What the model providers take as a tool, by their published rules. A tool that one of them refuses is lost for all clients
 * that talk to it, and often the whole list with it. The rules are from the documents named, read in November 2026.
 */

const tools = listTools(TOOLS);

interface Node {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly depth: number;
}

/** A schema and all that are in it. */
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
const wordsOf = (schema: JsonSchema, except: readonly string[] = []) =>
  Object.keys(schema).filter((key) => !except.includes(key));

/** A map whose keys nobody knows beforehand: strict modes have no way to say that. */
const isFreeMap = ({ additionalProperties }: JsonSchema) => typeof additionalProperties === "object";

describe.each(tools)("$name", ({ name, description, inputSchema }) => {
  const nodes = walk(inputSchema);

  // OpenAI, API reference, "Function definition": names, and parameters as a JSON Schema object.
  // Anthropic, Messages API reference, "tools": the same names; input_schema is of type object, without combinators at its
  // root; property keys of letters, digits, "_", "." and "-", 64 at most.
  // Amazon Bedrock, API reference, "ToolSpecification": names, a description that is not empty, a JSON object as the schema.
  it("is a valid tool for OpenAI, Anthropic and Bedrock", () => {
    expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(description.length).toBeGreaterThan(0);
    expect(description.length).toBeLessThanOrEqual(1_024);
    expect(inputSchema.type).toBe("object");
    for (const combinator of ["oneOf", "anyOf", "allOf", "not", "$ref"]) {
      expect(nodes.filter(({ schema }) => combinator in schema).map(({ path }) => path)).toEqual([]);
    }
    for (const { schema } of nodes)
      for (const key of keysOf(schema)) expect(key).toMatch(/^[a-zA-Z0-9_.-]{1,64}$/);
  });

  // Amazon Bedrock, "ToolSpecification" of agents: a letter first, and no "-".
  it("is a valid tool for Bedrock agents", () => {
    expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/);
  });

  // Google, Gemini API reference, "FunctionDeclaration" and "Schema": names of 63 characters that start with a letter or "_";
  // parameter names likewise; a type for each schema, enums of texts only, and no other attributes than these. A schema as it is goes
  // into parametersJsonSchema; clients that fill in parameters take additionalProperties out.
  it("is a valid function for Gemini", () => {
    expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/);
    const known =
      "type format title description nullable enum items properties required default minimum maximum minItems maxItems minLength maxLength pattern minProperties maxProperties anyOf propertyOrdering example".split(
        " ",
      );
    for (const { path, schema } of nodes) {
      // A value of any kind is an empty schema, which goes with additionalProperties.
      if (path.endsWith(".*") && wordsOf(schema).length === 0) continue;
      expect(
        wordsOf(schema, ["additionalProperties"]).filter((word) => !known.includes(word)),
        path,
      ).toEqual([]);
      expect(["object", "array", "string", "integer", "number", "boolean"], path).toContain(schema.type);
      if (schema.enum) {
        expect(schema.type, path).toBe("string");
        expect(
          (schema.enum as unknown[]).every((option) => typeof option === "string" && option !== ""),
        ).toBe(true);
      }
      if (schema.type === "array") expect(schema.items, path).toBeDefined();
      for (const key of keysOf(schema)) expect(key).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]{0,63}$/);
      for (const key of (schema.required ?? []) as string[]) expect(keysOf(schema)).toContain(key);
    }
  });

  // OpenAI, guide "Structured model outputs", "Supported schemas": every object closed, every field required (what may be missing
  // becomes nullable), at most 5,000 properties, 10 levels, 1,000 enum values, 120,000 characters of names and values.
  // Anthropic, guide "Structured outputs", "JSON Schema limitations": closed objects, no bounds of numbers and texts.
  it("fits strict mode, except for maps whose keys depend on the connector type", () => {
    expect(nodes.reduce((sum, { schema }) => sum + keysOf(schema).length, 0)).toBeLessThanOrEqual(5_000);
    expect(Math.max(...nodes.map(({ depth }) => depth))).toBeLessThanOrEqual(10);
    const options = nodes.flatMap(({ schema }) => (schema.enum ?? []) as string[]);
    expect(options.length).toBeLessThanOrEqual(1_000);
    expect(JSON.stringify(inputSchema).length).toBeLessThan(120_000);
    const open = nodes.filter(
      ({ schema }) => schema.type === "object" && schema.additionalProperties !== false,
    );
    expect(open.map(({ path }) => path)).toEqual(
      nodes.filter(({ schema }) => isFreeMap(schema)).map(({ path }) => path),
    );
  });
});

it("few tools have such a map, and the others fit strict mode after the usual client conversion", () => {
  const open = tools.filter(({ inputSchema }) => walk(inputSchema).some(({ schema }) => isFreeMap(schema)));
  expect(open.map(({ name }) => name)).toEqual(["create_app", "create_connector", "update_connector"]);
});

it("a null that a strict client fills in counts as not set", () => {
  for (const { input, name } of TOOLS) {
    const { properties, required = [] } = (tools.find((tool) => tool.name === name) ?? { inputSchema: {} })
      .inputSchema as {
      properties: Record<string, JsonSchema>;
      required?: string[];
    };
    const unset = Object.keys(properties).filter((key) => !required.includes(key));
    const given = Object.fromEntries(
      required.map((key) => [key, key === "config" ? {} : "jane@acme.example"]),
    );
    const nulls = Object.fromEntries(unset.map((key) => [key, null]));
    // An address is no name for an app.
    if ("displayName" in given) given.displayName = "Acme CRM";
    expect(parseArguments(input, { ...given, ...nulls }, name)).toEqual(parseArguments(input, given, name));
  }
});
