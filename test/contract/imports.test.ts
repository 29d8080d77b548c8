import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { importsOf, readSources } from "../support/sources.ts";

const BASE = [
  "errors",
  "text",
  "nearest",
  "find-by-words",
  "clock",
  "version",
  "file-kind",
  "json",
  "seal",
  "text-lines",
  "caller",
  "c1-id",
  "read-body",
  "loopback",
  "fetch-short",
  "log/redact",
];

/** The redactor's own parts, which nothing else may import. */
const REDACT_PARTS = "log/redact/";

/** What the doctor examines by the code that uses it. */
const OF_HTTP_FOR_DOCTOR = [
  "http/read-keys",
  "http/static-tokens",
  "http/find-missing-setting",
  "http/grants/trial",
];

/** Layers, and the path prefixes that each may import besides its own. */
const ALLOWED: Record<string, readonly string[]> = {
  base: [REDACT_PARTS],
  log: BASE,
  config: [...BASE, "log/"],
  c1: [...BASE, "log/", "config/"],
  credentials: [...BASE, "log/", "config/", "c1/"],
  "connector-types": BASE,
  replicas: [...BASE, "log/", "config/"],
  tools: [...BASE, "log/", "config/", "replicas/", "c1/port", "connector-types/"],
  tasks: [...BASE, "tools/", "replicas/port"],
  mcp: [...BASE, "log/", "config/", "replicas/", "tools/", "tasks/"],
  page: [...BASE, "log/", "tools/", "replicas/port"],
  http: [...BASE, "log/", "config/", "replicas/", "tools/", "mcp/"],
  sandbox: [...BASE, "connector-types/data"],
  doctor: [
    ...BASE,
    "log/",
    "config/",
    "c1/",
    "credentials/",
    "tools/",
    "replicas/try-store",
    ...OF_HTTP_FOR_DOCTOR,
  ],
  init: BASE,
  audit: BASE,
  telemetry: [...BASE, "log/", "tools/"],
  cli: [""],
  main: ["cli/run", "cli/code-cache", "cli/hangs", "log/crash"],
};

const sources = readSources();

function layerOf(path: string): string {
  if (BASE.includes(path.replace(/\.ts$/, "")) || path.startsWith(REDACT_PARTS)) return "base";
  return path.split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

describe("import direction", () => {
  it("finds every source file", () => {
    expect(sources.length).toBeGreaterThan(40);
    expect(new Set(sources.map(({ path }) => layerOf(path)))).toEqual(new Set(Object.keys(ALLOWED)));
  });

  it.each(
    sources.map(({ path, text }) => ({ path, text })),
  )("$path imports only what its layer may import", ({ path, text }) => {
    const layer = layerOf(path);
    const seen = importsOf(text)
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier }) =>
        posix.normalize(posix.join(posix.dirname(path), specifier)).replace(/\.ts$/, ""),
      );
    const own = layer === "base" || layer === "main" ? [] : [`${layer}/`];
    const bad = seen.filter(
      (target) => ![...own, ...(ALLOWED[layer] ?? [])].some((prefix) => target.startsWith(prefix)),
    );
    expect(bad).toEqual([]);
  });

  it("errors.ts imports nothing, and only redact.ts imports its own parts", () => {
    expect(importsOf(sources.find(({ path }) => path === "errors.ts")?.text ?? "missing")).toEqual([]);
    const importers = sources.filter(({ text }) => /"\.[./a-z-]*\/redact\/[a-z]+\.ts"/.test(text));
    expect(importers.map(({ path }) => path)).toEqual(["log/redact.ts"]);
    const parts = sources.filter(({ path }) => path.startsWith(REDACT_PARTS) || path === "log/redact.ts");
    for (const { text } of parts)
      for (const { specifier } of importsOf(text)) expect(specifier).toMatch(/^\.\/(?:redact\/)?[a-z]+\.ts$/);
    expect(parts).toHaveLength(4);
  });

  it("external packages are imported only where the design allows them", () => {
    const users = (pattern: RegExp) =>
      new Set(
        sources
          .filter(({ text }) =>
            importsOf(text).some(({ specifier, typeOnly }) => !typeOnly && pattern.test(specifier)),
          )
          .map(({ path }) => path),
      );
    const dirs = (pattern: RegExp) => [...new Set([...users(pattern)].map(layerOf))].sort();
    expect(dirs(/^@modelcontextprotocol\//)).toEqual(["mcp"]);
    expect(dirs(/^undici(\/|$)/)).toEqual(["c1"]);
    expect(dirs(/^@opentelemetry\//)).toEqual(["telemetry"]);
    expect([...users(/^zod-to-json-schema$/)]).toEqual(["tools/json-schema.ts"]);
    expect([...users(/^pino$/)]).toEqual(["log/pino.ts"]);
    expect([...users(/^@redis\/client$/)]).toEqual(["replicas/store.ts"]);
    expect([...users(/^zod(\/v4)?$/)]).toEqual([]);
  });

  it("the protocol never imports node:http, not even its types", () => {
    const users = sources.filter(({ text }) =>
      importsOf(text).some(({ specifier }) => specifier === "node:http"),
    );
    expect(new Set(users.map(({ path }) => layerOf(path)))).toEqual(
      new Set(["http", "sandbox", "cli", "page"]),
    );
  });

  it("undici and jose are loaded on first use only", () => {
    const eager = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(
          ({ specifier, dynamic, typeOnly }) =>
            /^(undici|jose)(\/|$)/.test(specifier) && !dynamic && !typeOnly,
        )
        .map(({ specifier }) => `${path} ${specifier}`),
    );
    expect(eager.filter((line) => !line.startsWith("sandbox/"))).toEqual([
      "c1/undici-proxy.ts undici/lib/api/api-connect.js",
      "c1/undici-proxy.ts undici/lib/dispatcher/env-http-proxy-agent.js",
      "c1/undici-proxy.ts undici/lib/dispatcher/pool.js",
      "c1/undici.ts undici/lib/dispatcher/agent.js",
    ]);
    const users = sources.flatMap(({ path, text }) =>
      importsOf(text)
        .filter(({ specifier }) => /\/undici(-proxy)?\.ts$/.test(specifier))
        .map(({ specifier, dynamic, typeOnly }) => [path, specifier, dynamic && !typeOnly]),
    );
    expect(users).toEqual([
      ["c1/dispatcher.ts", "./undici.ts", true],
      ["c1/dispatcher.ts", "./undici-proxy.ts", true],
      ["c1/preload.ts", "./undici-proxy.ts", true],
      ["c1/preload.ts", "./undici.ts", true],
    ]);
  });
});

describe("access to the process", () => {
  const using = (pattern: RegExp) => sources.filter(({ text }) => pattern.test(text)).map(({ path }) => path);

  it("only main exits or listens to signals", () => {
    expect(using(/process\.exit\b|process\.exitCode/)).toEqual(["main.ts"]);
    expect(using(/process\.on\(/)).toEqual(["main.ts"]);
  });

  it("only the log writes to stderr", () => {
    expect(using(/process\.stderr|dest: 2/)).toEqual(["log/crash.ts", "log/open-stderr.ts", "log/stderr.ts"]);
  });

  it("only the transport and the printing commands write to stdout", () => {
    expect(using(/process\.stdout/)).toEqual(["cli/dispatch.ts", "cli/stdio.ts"]);
  });

  it("only the guard that redirects the console uses it", () => {
    expect(using(/\bconsole(\.(log|info|warn|error|debug|dir|table)|\[)/)).toEqual(["main.ts"]);
  });
});

describe("file sizes", () => {
  const code = sources.filter(
    ({ path }) => path !== "connector-types/data.ts" && !path.startsWith("sandbox/seed/"),
  );
  const lengths = code.map(({ text }) => text.split("\n").length - 1).sort((a, b) => a - b);

  it("no file exceeds 250 lines, and the median is at most 60", () => {
    expect(code.filter(({ text }) => text.split("\n").length > 251).map(({ path }) => path)).toEqual([]);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(60);
  });
});
