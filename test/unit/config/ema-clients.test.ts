import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmaClients } from "../../../src/config/ema-clients.ts";

const DIGEST = "ab".repeat(32);
const JWKS = { keys: [{ kty: "EC", crv: "P-256", x: "x", y: "y" }] };

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ema-clients-"));
  path = join(folder, "clients.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

const write = (clients: unknown) => writeFileSync(path, JSON.stringify({ clients }));

describe("the clients file", () => {
  it("is read again when it changes", async () => {
    const read = createEmaClients(path);
    write([{ id: "claude-code", secretSha256: DIGEST }]);
    expect([...(await read()).keys()]).toEqual(["claude-code"]);
    write([
      { id: "claude-code", secretSha256: [DIGEST, "cd".repeat(32)] },
      { id: "bot", jwks: JWKS },
    ]);
    const clients = await read();
    expect(clients.get("claude-code")?.secretDigests.map((digest) => digest.toString("hex"))).toEqual([
      DIGEST,
      "cd".repeat(32),
    ]);
    expect(clients.get("bot")).toEqual({ id: "bot", secretDigests: [], jwks: JWKS });
    expect(await read()).toBe(clients);
  });

  it.each<[string, unknown, RegExp]>([
    ["no client", [], /^is wrong at clients: /],
    ["no proof", [{ id: "a" }], /^is wrong at clients\.0: needs secretSha256 or jwks$/],
    [
      "a secret in the clear",
      [{ id: "a", secretSha256: "my-secret" }],
      /^is wrong at clients\.0\.secretSha256/,
    ],
    [
      "a digest in upper case",
      [{ id: "a", secretSha256: "AB".repeat(32) }],
      /64 hexadecimal digits in lower case/,
    ],
    ["a setting nobody knows", [{ id: "a", secret: "my-secret" }], /^is wrong at clients\.0: /],
    ["an id with a blank", [{ id: "a b", secretSha256: DIGEST }], /visible ASCII/],
    [
      "one id twice",
      [
        { id: "a", secretSha256: DIGEST },
        { id: "a", jwks: JWKS },
      ],
      /two clients of one id/,
    ],
    ["no key", [{ id: "a", jwks: { keys: [] } }], /^is wrong at clients\.0\.jwks\.keys/],
    [
      "a private key",
      [{ id: "a", jwks: { keys: [{ kty: "EC", d: "my-secret" }] } }],
      /must be a public key$/,
    ],
    [
      "a shared key",
      [{ id: "a", jwks: { keys: [{ kty: "oct", k: "my-secret" }] } }],
      /must be a public key$/,
    ],
  ])("with %s is refused", async (_what, clients, words) => {
    write(clients);
    const reading = createEmaClients(path)();
    await expect(reading).rejects.toThrow(words);
    await expect(reading).rejects.not.toThrow("my-secret");
  });

  it("of another file type is refused by its type", async () => {
    writeFileSync(path, "secret, but no JSON");
    await expect(createEmaClients(path)()).rejects.toThrow(/^is not JSON$/);
    await expect(createEmaClients(join(folder, "no-such-file"))()).rejects.toThrow("cannot be read (ENOENT)");
    await expect(createEmaClients(folder)()).rejects.toThrow(/^cannot be read/);
    writeFileSync(path, "x".repeat(300 * 1024));
    await expect(createEmaClients(path)()).rejects.toThrow("larger than 256 KiB");
  });
});
