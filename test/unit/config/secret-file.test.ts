import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretFromFile, secretFromValue } from "../../../src/config/secret-file.ts";
import { createRedactor } from "../../../src/log/redact.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-file-"));
  path = join(folder, "secret");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("secretFromValue", () => {
  it("gives the value and hides it from the start", async () => {
    const redactor = createRedactor();
    const secret = secretFromValue("hunter22", redactor);
    expect(redactor.redact("hunter22")).toBe("***");
    expect(await secret()).toBe("hunter22");
  });
});

describe("secretFromFile", () => {
  it("reads nothing until asked, then gives the text without the white space around it", async () => {
    const secret = secretFromFile("X_FILE", path, createRedactor());
    writeFileSync(path, "\n  first-secret \r\n");
    expect(await secret()).toBe("first-secret");
  });

  it("gives a new value after the file changed, hides the new one and forgets the old one", async () => {
    const redactor = createRedactor();
    const secret = secretFromFile("X_FILE", path, redactor);
    writeFileSync(path, "first-secret");
    await secret();
    expect(redactor.redact("first-secret")).toBe("***");
    writeFileSync(path, "second-secret");
    expect(await secret()).toBe("second-secret");
    expect(redactor.redact("first-secret second-secret")).toBe("first-secret ***");
  });

  it("notices a file of the same size that was moved into place, as mounted secrets are", async () => {
    const secret = secretFromFile("X_FILE", path, createRedactor());
    writeFileSync(path, "aaaa");
    await secret();
    writeFileSync(join(folder, "next"), "bbbb");
    renameSync(join(folder, "next"), path);
    expect(await secret()).toBe("bbbb");
  });

  it("registers the secret once however many ask at the same time", async () => {
    const redactor = createRedactor();
    const secret = secretFromFile("X_FILE", path, redactor);
    writeFileSync(path, "first-secret");
    await Promise.all([secret(), secret(), secret()]);
    writeFileSync(path, "second-secret");
    expect(await Promise.all([secret(), secret()])).toEqual(["second-secret", "second-secret"]);
    expect(redactor.redact("first-secret second-secret")).toBe("first-secret ***");
  });

  it.each<[string, () => void, string]>([
    ["missing", () => undefined, "it does not exist"],
    ["empty", () => writeFileSync(path, ""), "it is empty"],
    ["blank", () => writeFileSync(path, " \n\t"), "it is empty"],
    ["too large", () => writeFileSync(path, "x".repeat(64 * 1024 + 1)), "it is too large for a secret"],
  ])("refuses a file that is %s, naming the variable only", async (_name, prepare, reason) => {
    prepare();
    await expect(secretFromFile("X_FILE", path, createRedactor())()).rejects.toMatchObject({
      code: "not_configured",
      changed: "no",
      message: `The file named by X_FILE cannot be used: ${reason}.`,
      next: "Put the secret into that file, or set X_FILE to another one.",
    });
  });

  it("refuses a directory", async () => {
    await expect(secretFromFile("X_FILE", folder, createRedactor())()).rejects.toThrow(
      "The file named by X_FILE cannot be used: it is a directory.",
    );
  });

  it.skipIf(process.getuid?.() === 0)("refuses a file that may not be read", async () => {
    writeFileSync(path, "first-secret");
    chmodSync(path, 0);
    await expect(secretFromFile("X_FILE", path, createRedactor())()).rejects.toThrow("it may not be read");
  });

  it("recovers when a broken file is repaired, and hides the last good value meanwhile", async () => {
    const redactor = createRedactor();
    const secret = secretFromFile("X_FILE", path, redactor);
    writeFileSync(path, "first-secret");
    await secret();
    writeFileSync(path, "");
    await expect(secret()).rejects.toThrow("it is empty");
    expect(redactor.redact("first-secret")).toBe("***");
    writeFileSync(path, "second-secret");
    expect(await secret()).toBe("second-secret");
  });

  it("takes a secret of just the largest size", async () => {
    writeFileSync(path, "x".repeat(64 * 1024));
    expect(await secretFromFile("X_FILE", path, createRedactor())()).toHaveLength(64 * 1024);
  });
});
