import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadConfiguration } from "../../src/config/load.ts";
import { SETTINGS } from "../../src/config/schema.ts";
import { findMissingSetting } from "../../src/http/find-missing-setting.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { checkManifest } from "../support/kubernetes.ts";
import { ROOT } from "../support/sources.ts";

const DEPLOY = join(ROOT, "deploy");
const read = (path: string) => readFileSync(join(DEPLOY, path), "utf8");

const manifests = readdirSync(join(DEPLOY, "kubernetes")).map((name) => {
  const [document] = parseAllDocuments(read(join("kubernetes", name)));
  return { name, manifest: document?.toJS() as Parameters<typeof checkManifest>[0] };
});
const deployment = manifests.find(({ name }) => name === "deployment.yaml")?.manifest as unknown as {
  spec: { template: { spec: Pod } };
};

interface Pod {
  terminationGracePeriodSeconds: number;
  containers: { env: { name: string; value: string }[]; ports: { name: string; containerPort: number }[] }[];
}

interface Compose {
  services: Record<
    string,
    { environment?: Record<string, string>; secrets?: string[]; stop_grace_period?: string }
  >;
  secrets: Record<string, { file: string }>;
}

const compose = parse(read("compose.yaml"), { merge: true }) as Compose;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "deploy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The configuration as the server would read it, with the secrets at their documented paths. */
function load(env: Readonly<Record<string, string>>) {
  const local = Object.entries(env).map(([name, value]) => {
    if (!name.endsWith("_FILE")) return [name, value];
    const file = join(folder, value.split("/").at(-1) ?? "");
    writeFileSync(file, "x".repeat(64));
    return [name, file];
  });
  const inImage = { C1_MCP_HOST: "0.0.0.0", C1_MCP_PORT: "8321", ...Object.fromEntries(local) };
  const { problems, settings, httpToken } = loadConfiguration(
    inImage,
    {},
    {
      sandbox: false,
      redactor: createRedactor(),
    },
  );
  return {
    problems,
    settings,
    refusal: findMissingSetting({
      settings,
      sandbox: false,
      hasEmaKey: false,
      hasTokens: httpToken !== undefined,
    }),
  };
}

interface Projected {
  sources: { secret: { name: string; items?: { key: string }[] } }[];
}

function stringDataOf(name: string): object {
  const secret = manifests.find(
    ({ manifest }) => manifest.kind === "Secret" && (manifest.metadata as { name: string }).name === name,
  );
  return secret?.manifest.stringData as object;
}

/** The command that starts the store in a text, as words. */
const startOf = (text: string) =>
  /exec valkey-server.*?noeviction/s
    .exec(text)?.[0]
    .replaceAll(/\\\n\s+/g, "")
    .split(" ");

describe("the deployed store", () => {
  it.each([
    "compose.yaml",
    "kubernetes/store.yaml",
  ])("of %s requires a password, accepts only TLS, and persists nothing", (name) => {
    const text = read(name);
    const words = startOf(text) ?? [];
    const valueAfter = (option: string) => words[words.indexOf(option) + 1];
    expect(text).toMatch(/printf 'requirepass %s\\n' "\$\$?\(cat \/run\/secrets\/\S+_password\)" \| exec/);
    expect([valueAfter("--port"), valueAfter("--tls-port")]).toEqual(["0", "6379"]);
    expect([valueAfter("--save"), valueAfter("--appendonly"), valueAfter("--maxmemory-policy")]).toEqual([
      "''",
      "no",
      "noeviction",
    ]);
    for (const option of ["--tls-cert-file", "--tls-key-file"])
      expect(valueAfter(option)).toMatch(/^\/run\/secrets\//);
  });

  it("is reached by its own name", () => {
    const url = compose.services["c1-mcp-a"]?.environment?.C1_MCP_SHARED_URL ?? "";
    expect(Object.keys(compose.services)).toContain(new URL(url).hostname);
    const [container] = deployment.spec.template.spec.containers;
    const named = container?.env.find((variable) => variable.name === "C1_MCP_SHARED_URL")?.value ?? "";
    const services = manifests.filter(({ manifest }) => manifest.kind === "Service");
    expect(services.map(({ manifest }) => (manifest.metadata as { name: string }).name)).toContain(
      new URL(named).hostname,
    );
  });
});

describe("the Kubernetes manifests", () => {
  it.each(manifests)("$name is valid by its schema", ({ manifest }) => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it.each<[string, (pod: Record<string, unknown>) => void, RegExp]>([
    [
      "a misspelt field",
      (pod) => Object.assign(pod, { terminationGracePeriodSecond: 1 }),
      /PeriodSecond is unknown/,
    ],
    ["a wrong type", (pod) => Object.assign(pod, { terminationGracePeriodSeconds: "1" }), /must be integer/],
    ["a missing name", (pod) => Object.assign(pod, { containers: [{}] }), /name/],
  ])("the validation detects %s", (_what, spoil, problem) => {
    const spoilt = structuredClone(deployment);
    spoil(spoilt.spec.template.spec as unknown as Record<string, unknown>);
    expect(checkManifest(spoilt as never).join()).toMatch(problem);
  });

  it("configure a server that starts", () => {
    const [container] = deployment.spec.template.spec.containers;
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    const { problems, refusal, settings } = load(env);
    expect([problems, refusal]).toEqual([[], undefined]);
    expect(container?.ports).toEqual([
      { name: "http", containerPort: settings.port },
      { name: "metrics", containerPort: settings.adminPort },
    ]);
    const stopping = settings.shutdownDelayMs + settings.drainMs;
    expect(stopping).toBeGreaterThan(settings.timeoutMs);
    expect(deployment.spec.template.spec.terminationGracePeriodSeconds * 1000).toBeGreaterThan(
      stopping + 5_000,
    );
  });

  it("mount the secrets of the example, all as files", () => {
    const [container] = deployment.spec.template.spec.containers;
    const read = (container?.env ?? []).filter(({ name }) => /_FILE$|_CERTS$/.test(name));
    const { volumes } = deployment.spec.template.spec as unknown as { volumes: [{ projected: Projected }] };
    const mounted = volumes[0].projected.sources.flatMap(({ secret }) => {
      const all = Object.keys(stringDataOf(secret.name));
      const chosen = secret.items?.map(({ key }) => key) ?? all;
      expect(all).toEqual(expect.arrayContaining(chosen));
      return chosen;
    });
    expect(read.map(({ value }) => value.split("/").at(-1)).sort()).toEqual(mounted.sort());
  });
});

describe("the compose file", () => {
  it("sets up two identical replicas, which start and have time to stop", () => {
    const { "c1-mcp-a": a, "c1-mcp-b": b } = compose.services;
    expect(a).toEqual(b);
    const env = { ...a?.environment, CONDUCTORONE_CLIENT_ID: "brave-fox@acme.conductor.one/pcc" };
    const { problems, refusal, settings } = load(env);
    expect([problems, refusal]).toEqual([[], undefined]);
    expect(a?.stop_grace_period).toBe("60s");
    expect(settings.shutdownDelayMs + settings.drainMs).toBeLessThan(55_000);
  });

  it("gives each service only existing secrets, and each file to a service", () => {
    const used = Object.values(compose.services).flatMap(({ secrets = [] }) => secrets);
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.secrets).sort());
    const files = Object.entries(compose.services["c1-mcp-a"]?.environment ?? {}).filter(([name]) =>
      name.endsWith("_FILE"),
    );
    for (const [, path] of files) expect(compose.secrets).toHaveProperty(path.replace("/run/secrets/", ""));
  });

  it("has nginx address the replicas by their names and an allowed host", () => {
    const nginx = read("nginx.conf");
    const upstreams = [...nginx.matchAll(/^ +server ([\w-]+):8321 /gm)].map(([, name]) => name);
    expect(upstreams).toEqual(["c1-mcp-a", "c1-mcp-b"]);
    const host = compose.services["c1-mcp-a"]?.environment?.C1_MCP_ALLOWED_HOSTS;
    expect(nginx).toContain(`server_name ${host};`);
  });
});

it("all variables and metrics in the files exist", () => {
  const known = new Set(Object.values(SETTINGS).flatMap(({ env }) => [env as string, `${env}_FILE`]));
  const texts = ["README.md", "compose.yaml", "nginx.conf", "Dockerfile", "kubernetes/deployment.yaml"].map(
    read,
  );
  const named = texts.join("\n").match(/\b(?:C1_MCP|CONDUCTORONE)_[A-Z_]+[A-Z]\b/g) ?? [];
  expect(named.filter((name) => !known.has(name))).toEqual([]);
  const metrics = [...read("README.md").matchAll(/`(c1_mcp_\w+)`/g)].map(([, name]) => name);
  const source = readFileSync(join(ROOT, "src", "http", "metrics.ts"), "utf8");
  const made = [...source.matchAll(/name: "(\w+)"/g)].map(([, name]) => name);
  expect(metrics).toEqual(made);
});

describe("the image", () => {
  const dockerfile = read("Dockerfile");

  it("is built from files that the build context includes", () => {
    const allowed = [...read("Dockerfile.dockerignore").matchAll(/^!(.+)$/gm)].map(([, name]) => name);
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = ""]) =>
      names.split(" "),
    );
    expect(copied.sort()).toEqual(allowed.sort());
    expect(readdirSync(ROOT)).toEqual(expect.arrayContaining(copied));
  });

  it("runs as an unprivileged user, in exec form", () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    expect(dockerfile).toMatch(/^ENTRYPOINT \["node", "--max-semi-space-size=16", "dist\/main\.js"\]$/m);
    expect(dockerfile).toMatch(/HEALTHCHECK [^\n]+\\\n +CMD \["node", "-e",/);
  });
});
