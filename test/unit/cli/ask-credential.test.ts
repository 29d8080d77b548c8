import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askForCredential, type Present } from "../../../src/cli/ask-credential.ts";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";

const jwk = createKeyPair().privateJwk;
const SECRET = `secret-token:conductorone.com:v1:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`;
const OLD = "otter@acme.conductor.one/pcc";
const NEW = "heron@acme.conductor.one/spc";

let root: string;
let ownFile: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "c1-ask-"));
  ownFile = join(root, "client-secret");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Gives answers in order, and collects the questions. */
async function ask(answers: readonly string[], present: Partial<Present> = {}) {
  const left = [...answers];
  const asked: string[] = [];
  const next = async (question: string) => {
    asked.push(question);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody answers: ${question}`);
    return answer;
  };
  const given = await askForCredential(
    { ask: next, askHidden: next },
    { ownFile, dryRun: false, foresee: () => undefined, ...present },
  );
  expect(left).toEqual([]);
  expect(asked.join()).not.toContain(jwk.d);
  return { given, asked };
}

describe("nothing is there yet", () => {
  it("asks for id and secret", async () => {
    const { given, asked } = await ask([NEW, SECRET]);
    expect(given).toEqual({ clientId: NEW, secretFile: ownFile, secret: SECRET });
    expect(asked[0]).toMatch(/name@tenant-host\/pcc \(or \/spc\) \(Enter to fill it in later\)/);
    expect(asked[1]).toContain(`to be kept in ${ownFile}`);
  });

  it("both can wait", async () => {
    expect((await ask([""])).given).toBeUndefined();
    expect((await ask([NEW, ""])).given).toEqual({ clientId: NEW, secretFile: ownFile });
  });

  it("asks again for what cannot be one, and says why", async () => {
    const { given, asked } = await ask([
      SECRET,
      "otter",
      "otter@acme.conductor.one/wfe",
      NEW,
      "hunter22hunter22",
      SECRET.slice(0, -30),
      SECRET,
    ]);
    expect(given).toMatchObject({ clientId: NEW, secret: SECRET });
    expect(asked[1]).toMatch(/^That holds a client secret: id and secret are swapped\./);
    expect(asked[2]).toMatch(/^That is not of the form name@tenant-host\/pcc \(or \/spc\)\./);
    expect(asked[3]).toMatch(/^That is of a workload federation trust, which has no secret\./);
    expect(asked[5]).toMatch(/^That does not look like a client secret of C1 \(16 characters\)/);
    expect(asked[6]).toMatch(/^That is cut off/);
  });

  it("doubts an ending that C1 has for no id with a secret, and takes it when it is typed again", async () => {
    const other = "otter@acme.conductor.one/spx";
    const { given, asked } = await ask([other, NEW, ""]);
    expect(given).toMatchObject({ clientId: NEW });
    expect(asked[1]).toMatch(
      /^That ends in \/spx; with this kind of credential C1's ids end in \/pcc or \/spc\. If C1 shows it so, type it again\.\n/,
    );
    expect((await ask([other, "otter", other, ""])).given).toMatchObject({ clientId: other });
    expect((await ask([other, other.replace("spx", "sps"), NEW, ""])).given).toMatchObject({ clientId: NEW });
  });

  it("a dry run asks for no secret", async () => {
    expect((await ask([NEW], { dryRun: true })).given).toEqual({ clientId: NEW, secretFile: ownFile });
  });
});

describe("a credential is there", () => {
  beforeEach(() => writeFileSync(ownFile, "old"));
  const present = () => ({ clientId: OLD, secretFile: ownFile });

  it("Enter keeps it, and the question says which", async () => {
    const { given, asked } = await ask(["", ""], present());
    expect(given).toEqual({ clientId: OLD, secretFile: ownFile });
    expect(asked).toEqual([
      expect.stringContaining(`Enter keeps ${OLD}`),
      expect.stringContaining(`Enter keeps the one that is in ${ownFile}`),
    ]);
  });

  it("the secret alone can be replaced", async () => {
    expect((await ask(["", SECRET], present())).given).toEqual({
      clientId: OLD,
      secretFile: ownFile,
      secret: SECRET,
    });
  });

  it("another id needs a secret of its own: Enter does not keep the one from before", async () => {
    const { given, asked } = await ask([NEW, "", SECRET], present());
    expect(given).toEqual({ clientId: NEW, secretFile: ownFile, secret: SECRET });
    expect(asked[1]).toContain(`which replaces the one in ${ownFile}`);
    expect(asked[1]).not.toContain("Enter");
    expect(asked[2]).toContain(`The secret in ${ownFile} is kept for the id before`);
    expect(asked[2]).toContain("init with --client-id keeps that secret");
  });

  it.each([
    "otter@acme.conductor.on/pcc",
    "otter@acme.conductor.one/spc",
  ])("a corrected id may keep the secret, because C1 does not show it again: %s before", async (clientId) => {
    const secretFile = join(root, "mine");
    writeFileSync(secretFile, "old");
    const { given, asked } = await ask([OLD, ""], { clientId, secretFile });
    expect(given).toEqual({ clientId: OLD, secretFile });
    expect(asked[1]).toContain(`Enter keeps the one that is in ${secretFile}, if it is that of this id)`);
    expect((await ask([OLD, SECRET], { clientId, secretFile })).given).toEqual({
      clientId: OLD,
      secretFile: ownFile,
      secret: SECRET,
    });
  });

  it("a file that a person named is not written to", async () => {
    const mine = join(root, "mine");
    mkdirSync(mine);
    const secretFile = join(mine, "secret");
    writeFileSync(secretFile, "old");
    const had = { clientId: OLD, secretFile };
    expect((await ask(["", ""], had)).given).toEqual(had);
    expect((await ask(["", SECRET], had)).given).toEqual({
      clientId: OLD,
      secretFile: ownFile,
      secret: SECRET,
    });
  });
});

it("a secret that outlived its entry is offered, and named", async () => {
  writeFileSync(ownFile, "old");
  const { given, asked } = await ask([NEW, ""]);
  expect(given).toEqual({ clientId: NEW, secretFile: ownFile });
  expect(asked[1]).toContain(`Enter keeps the one that is in ${ownFile}`);
});

describe("an entry that cannot be written", () => {
  const refusing = (isRefused: (id: string | undefined) => boolean) => {
    const seen: unknown[] = [];
    const foresee: Present["foresee"] = (given) => {
      seen.push(given);
      if (isRefused(given.clientId)) throw new Error("it must stay");
    };
    return { foresee, seen };
  };

  it("whatever the credential: nothing is asked", async () => {
    const { foresee } = refusing(() => true);
    await expect(ask([], { foresee })).rejects.toThrow("it must stay");
    await expect(ask([], { foresee, clientId: OLD })).rejects.toThrow("it must stay");
  });

  it("with the id that was typed: no secret is asked", async () => {
    const { foresee, seen } = refusing((id) => id === NEW);
    await expect(ask([NEW], { foresee, clientId: OLD, secretFile: "/mine" })).rejects.toThrow("it must stay");
    expect(seen).toEqual([
      { clientId: OLD, secretFile: "/mine" },
      { clientId: NEW, secretFile: ownFile },
    ]);
  });
});
