import { z } from "zod";

/** The fields of package.json that we rely on. */
export const packageJson = z.object({
  name: z.string(),
  version: z.string(),
  private: z.literal(true),
  mcpName: z.string(),
  engines: z.strictObject({ node: z.string() }),
  files: z.array(z.string()),
});

const userOption = z.strictObject({
  type: z.enum(["string", "number", "boolean", "directory", "file"]),
  title: z.string().min(1),
  description: z.string().min(1),
  required: z.boolean(),
  sensitive: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
});

/** The fields of an MCP bundle's manifest.json, version 0.3, that we use. `npm run mcpb` runs the official check. */
export const bundleManifest = z.strictObject({
  manifest_version: z.literal("0.3"),
  name: z.string(),
  display_name: z.string(),
  version: z.string(),
  description: z.string(),
  long_description: z.string(),
  author: z.strictObject({ name: z.string() }),
  license: z.string(),
  keywords: z.array(z.string()),
  server: z.strictObject({
    type: z.literal("node"),
    entry_point: z.string(),
    mcp_config: z.strictObject({
      command: z.literal("node"),
      args: z.array(z.string()),
      env: z.record(z.string(), z.string()),
    }),
  }),
  user_config: z.record(z.string(), userOption),
  tools: z.array(z.strictObject({ name: z.string(), description: z.string().min(1) })),
  compatibility: z.strictObject({
    platforms: z.array(z.enum(["darwin", "linux", "win32"])),
    runtimes: z.strictObject({ node: z.string() }),
  }),
});

const variable = z.strictObject({
  name: z.string(),
  description: z.string().min(1),
  placeholder: z.string().optional(),
  isRequired: z.literal(true).optional(),
  isSecret: z.literal(true).optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  choices: z.array(z.string()).optional(),
  default: z.string().optional(),
});

/** An exact version, not a range. */
const exactVersion = z
  .string()
  .max(255)
  .regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/);

/**
 * The fields of the MCP registry's server.json, schema of 2025-12-11, that we use. Stricter than the published schema, against
 * which `npm run test:e2e -- registry` validates the file.
 */
export const registryEntry = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: exactVersion,
  repository: z.strictObject({ url: z.url(), source: z.literal("github") }),
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal("npm"),
      identifier: z.string(),
      version: exactVersion,
      runtimeHint: z.literal("npx"),
      transport: z.strictObject({ type: z.literal("stdio") }),
      environmentVariables: z.array(variable),
    }),
  ]),
});

/** mcp.json, the example entry for clients. */
export const clientExample = z.strictObject({
  mcpServers: z.strictObject({
    c1: z.looseObject({ env: z.record(z.string(), z.string()) }),
    "c1-http": z.looseObject({ headers: z.record(z.string(), z.string()) }),
  }),
});
