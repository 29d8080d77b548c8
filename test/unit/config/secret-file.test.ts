import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, promises, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createReadInTime } from "../../../src/config/read-in-time.ts";
import { secretFromFile, secretFromValue } from "../../../src/config/secret-file.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { waitFor } from "../../support/wait-for.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "secret-file-"));
  path = join(folder, "secret");
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe("secretFromValue", () => {
  it("returns the value and masks it from the start", async () => {
    const redactor = createRedactor();
    const secret = secretFromValue("hunter22", redactor);
    expect(redactor.redact("hunter22")).toBe("***");
    expect(await secret()).toBe("hunter22");
  });
});

describe("secretFromFile", () => {
  it("reads nothing until asked, then returns the trimmed text", async () => {
    const secret = secretFromFile("X_FILE", path, createRedactor());
    writeFileSync(path, "\n  first-secret \r\n");
    expect(await secret()).toBe("first-secret");
  });

  it("returns a new value after a change, masks it and forgets the old one", async () => {
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
    writeFileSync(path, "aaaaaaaa");
    await secret();
    writeFileSync(join(folder, "next"), "bbbbbbbb");
    renameSync(join(folder, "next"), path);
    expect(await secret()).toBe("bbbbbbbb");
  });

  it("registers the secret once, however many callers ask at the same time", async () => {
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
    [
      "too short",
      () => writeFileSync(path, " hunter2 \n"),
      "it is too short (at least 8 characters are needed to keep it out of what is shown)",
    ],
    ["too large", () => writeFileSync(path, "x".repeat(64 * 1024 + 1)), "it is larger than 64 KiB"],
    ["not text", () => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x41])), "it is not text in UTF-8"],
    ["a pipe", () => execFileSync("mkfifo", [path]), "it is a pipe, not a regular file"],
  ])("refuses a file that is %s, naming only the variable", async (_name, prepare, reason) => {
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
      "The file named by X_FILE cannot be used: it is a folder, not a regular file.",
    );
  });

  it.skipIf(process.getuid?.() === 0)("refuses a file without read permission", async () => {
    writeFileSync(path, "first-secret");
    chmodSync(path, 0);
    await expect(secretFromFile("X_FILE", path, createRedactor())()).rejects.toThrow("it may not be read");
  });

  it("recovers when a broken file is repaired, and masks the last good value meanwhile", async () => {
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

  it("gives up on a hanging file, however many callers ask, and uses it again when it responds", async () => {
    writeFileSync(path, "first-secret");
    const clock = createFakeClock();
    const secret = secretFromFile("X_FILE", path, createRedactor(), createReadInTime(undefined, clock));
    let answer = (_error: Error) => {};
    const open = vi.spyOn(promises, "open").mockReturnValue(
      new Promise((_resolve, reject) => {
        answer = reject;
      }),
    );
    const asked = [secret(), secret(), secret()].map((one) => one.catch((error: unknown) => error));
    await waitFor(() => expect(open).toHaveBeenCalled());
    clock.advance(5_000);
    for (const failure of await Promise.all(asked)) {
      expect(failure).toMatchObject({
        code: "unavailable",
        changed: "no",
        message:
          "The file named by X_FILE cannot be used: reading it takes too long. Its disk or mount may hang.",
        next: "Try again in a moment.",
      });
    }
    await expect(secret()).rejects.toMatchObject({ code: "unavailable" });
    expect(open).toHaveBeenCalledOnce();
    open.mockRestore();
    answer(new Error("the mount is gone"));
    await new Promise(setImmediate);
    expect(await secret()).toBe("first-secret");
  });

  it("accepts a secret of exactly the maximum size", async () => {
    writeFileSync(path, "x".repeat(64 * 1024));
    expect(await secretFromFile("X_FILE", path, createRedactor())()).toHaveLength(64 * 1024);
  });
});
