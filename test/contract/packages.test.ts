import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ZodType } from "zod";
import { HTTP_SETTINGS } from "../../src/config/http-settings.ts";
import { SETTINGS, type Setting } from "../../src/config/schema.ts";
import { TOOL_NAMES } from "../../src/config/tool-names.ts";
import { NAME, VERSION } from "../../src/version.ts";
import { bundleManifest, clientExample, packageJson, registryEntry } from "../support/packages.ts";
import { ROOT } from "../support/sources.ts";

const run = promisify(execFile);
const read = async <T>(name: string, shape: ZodType<T>) =>
  shape.parse(JSON.parse(await readFile(join(ROOT, name), "utf8")));

const settings: readonly Setting[] = Object.values(SETTINGS);
const httpNames: readonly string[] = Object.values(HTTP_SETTINGS).map(({ env }) => env);
/** The settings of a server over stdio: name, whether it is a secret, default. */
const stdioSettings = settings
  .filter(({ env }) => !httpNames.includes(env))
  .map(({ env, secret, default: preset }) => ({ env, secret: secret === true, preset }));
const byName = (a: { env: string }, b: { env: string }) => (a.env < b.env ? -1 : 1);

describe("package descriptions", () => {
  it("agree on names, version and variables with each other and with the server", async () => {
    const manifest = await read("package.json", packageJson);
    const bundle = await read("manifest.json", bundleManifest);
    const entry = await read("server.json", registryEntry);
    const example = await read("mcp.json", clientExample);
    const [npm] = entry.packages;

    expect([manifest.name, bundle.name, npm.identifier]).toEqual([NAME, NAME, NAME]);
    expect([manifest.version, bundle.version, entry.version, npm.version]).toEqual(Array(4).fill(VERSION));
    expect(manifest.mcpName).toBe(entry.name);
    expect(entry.name).toBe(`io.github.OWNER/${NAME}`);
    expect(entry.repository.url).toBe(`https://github.com/OWNER/${NAME}`);
    expect(bundle.compatibility.runtimes).toEqual(manifest.engines);
    expect(bundle.tools.map(({ name }) => name)).toEqual([...TOOL_NAMES]);
    expect(bundle.server.mcp_config.args).toEqual([`\${__dirname}/${bundle.server.entry_point}`, "stdio"]);

    const registryVariables = npm.environmentVariables.map((variable) => {
      const { name: env, isSecret: secret = false, default: preset } = variable;
      return { env, secret, preset };
    });
    expect(registryVariables.sort(byName)).toEqual([...stdioSettings].sort(byName));

    const asked = Object.entries(bundle.server.mcp_config.env);
    expect(asked.map(([, value]) => value)).toEqual(
      Object.keys(bundle.user_config).map((key) => `\${user_config.${key}}`),
    );
    for (const [index, option] of Object.values(bundle.user_config).entries()) {
      const [env] = asked[index] ?? [];
      const setting = stdioSettings.find((candidate) => candidate.env === env);
      expect(setting, `${env} is read over stdio`).toBeDefined();
      expect(option.sensitive === true, `${env} is hidden`).toBe(setting?.secret);
      // Messages name the variable, but a person sees only the form.
      expect(option.description.endsWith(`In messages: ${env}`), `${env} can be found in the form`).toBe(
        true,
      );
      // An option without a value would reach the server as the text "${user_config.…}".
      const preset = option.required ? undefined : (setting?.preset ?? "");
      expect(option.default === undefined ? undefined : String(option.default), env).toBe(preset);
    }

    const page = await readFile(join(ROOT, "docs/clients.md"), "utf8");
    const told = [...page.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, env, title]) => [env, title]);
    const titles = Object.values(bundle.user_config).map(({ title }) => title);
    expect(told, "names of the form's fields").toEqual(asked.map(([env], index) => [env, titles[index]]));

    const { c1, "c1-http": http } = example.mcpServers;
    for (const [env, value] of Object.entries(c1.env)) {
      expect(stdioSettings.map((setting) => setting.env)).toContain(env);
      expect(value).toBe(`\${${env}}`);
    }
    const placeholders = [...JSON.stringify(http).matchAll(/\$\{([^}]*)\}/g)].map(([, name]) => name);
    expect(placeholders).toEqual([HTTP_SETTINGS.httpToken.env]);
  });
});

describe("the npm package", { timeout: 120_000 }, () => {
  let folder: string;
  const checkout = () => join(folder, "checkout");
  const script = (command: string) =>
    run(process.execPath, [join(checkout(), "scripts", "published-manifest.mjs"), command]);

  /** Runs npm without a network and without the caches of earlier runs. */
  async function npm(cwd: string, ...args: string[]): Promise<string> {
    const own = { offline: "true", cache: join(folder, "cache"), loglevel: "error" };
    const variables = Object.entries(own).map(([key, value]) => [`npm_config_${key}`, value]);
    const env = { ...process.env, ...Object.fromEntries(variables) };
    return (await run("npm", args, { cwd, env, shell: process.platform === "win32" })).stdout;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "packages-"));
    await mkdir(join(checkout(), "src"), { recursive: true });
    const { files } = await read("package.json", packageJson);
    for (const part of [
      ...files.filter((part) => !part.startsWith("!")),
      "package.json",
      "scripts",
      join("src", "main.ts"),
      join("test", "support"),
    ]) {
      await cp(join(ROOT, part), join(checkout(), part), { recursive: true });
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("contains the server and its documentation, and stays small", async () => {
    const listing = JSON.parse(
      await npm(checkout(), "pack", "--dry-run", "--json", "--ignore-scripts"),
    ) as object;
    const [packed] = Object.values(listing) as { files: { path: string }[]; unpackedSize: number }[];
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(paths.filter((path) => !path.startsWith("dist/")).sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "mcp.json", "package.json"].sort(),
    );
    expect(paths).toEqual(expect.arrayContaining(["dist/main.js", "dist/third-party-licenses.txt"]));
    expect(packed?.unpackedSize).toBeLessThan(2_650_000);
  });

  it("installs offline as a single package and does the whole job", async () => {
    const original = await readFile(join(checkout(), "package.json"), "utf8");
    await script("write");
    await npm(checkout(), "pack", "--ignore-scripts", "--pack-destination", "..");
    await script("restore");
    expect(await readFile(join(checkout(), "package.json"), "utf8")).toBe(original);

    const empty = join(folder, "empty");
    await mkdir(empty);
    await npm(empty, "install", join("..", `${NAME}-${VERSION}.tgz`));
    const installed = await readdir(join(empty, "node_modules"));
    expect(installed.filter((name) => !name.startsWith("."))).toEqual([NAME]);
    // What npx runs.
    const command = join(empty, "node_modules", ".bin", NAME);
    const start = (argument: string) => run(command, [argument], { shell: process.platform === "win32" });
    expect((await start("--version")).stdout).toBe(`${VERSION}\n`);
    const demo = (await start("demo")).stdout;
    expect(demo).toMatch(/^All \d+ steps did what they say/m);
    // A folder of documents is only in a clone, and there is no path to write.
    expect(demo.split("Next:")[1]).not.toMatch(/docs\/|path of this server/);
  });

  it("restores package.json after an interrupted pack, unless it was changed in between", async () => {
    const path = join(checkout(), "package.json");
    const original = await readFile(path, "utf8");
    await script("write");
    await script("write");
    await script("restore");
    expect(await readFile(path, "utf8")).toBe(original);
    await script("write");
    const changed = (await readFile(path, "utf8")).replace(VERSION, "9.9.9");
    await writeFile(path, changed);
    await expect(script("write")).rejects.toThrow("keep one of them");
    expect(await readFile(path, "utf8")).toBe(changed);
  });
});
