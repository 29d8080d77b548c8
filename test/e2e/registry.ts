import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "../support/sources.ts";
import { check, type Kit, Missing } from "./kit.ts";
import type { Suite } from "./suite.ts";

type Validate = ((value: unknown) => boolean) & { readonly errors?: unknown };

/** The part of the two packages that is used here. */
interface Validator {
  compile(schema: unknown): Validate;
}

/** A JSON Schema validator that knows formats. */
async function openValidator(kit: Kit): Promise<Validator> {
  const prefix = await kit.install("ajv-formats", "3.0.1");
  const load = createRequire(join(prefix, "package.json"));
  const Ajv = load("ajv").default as new (options: object) => Validator;
  const addFormats = load("ajv-formats").default as (validator: Validator) => void;
  // The schema contains keywords that JSON Schema does not define, such as "example".
  const validator = new Ajv({ strict: false, allErrors: true });
  addFormats(validator);
  return validator;
}

/** Reads the schema from the address in server.json, or from a local copy. */
async function readSchema(url: string): Promise<object> {
  const copy = process.env.C1_E2E_SERVER_SCHEMA;
  if (copy) return JSON.parse(await readFile(copy, "utf8")) as object;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return (await answer.json()) as object;
  } catch (error) {
    const why = (error as Error).message;
    throw new Missing(
      `the registry's schema cannot be fetched (${why}); C1_E2E_SERVER_SCHEMA may name a copy of it`,
    );
  }
}

async function validateEntry(kit: Kit): Promise<string> {
  const template = await readFile(join(ROOT, "server.json"), "utf8");
  const entry = JSON.parse(template.replaceAll("OWNER", "acme")) as Record<string, unknown>;
  const schema = (await readSchema(String(entry.$schema))) as { $id?: string };
  check(schema.$id === entry.$schema, "this is another schema than the one server.json names", schema.$id);
  const validate = (await openValidator(kit)).compile(schema);
  check(validate(entry), "server.json does not fit the schema it names", validate.errors);
  check(!validate({ ...entry, description: "x".repeat(101) }), "the schema refuses nothing");
  return `valid by ${schema.$id}`;
}

export const registry: Suite = {
  name: "registry",
  what: "server.json against the schema that the MCP registry publishes",
  checks: [
    { name: "server.json with its namespace filled in matches the registry's schema", run: validateEntry },
  ],
};
