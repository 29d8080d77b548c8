import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createPrinter, OutputError } from "../../../src/cli/output.ts";

const terminal = (columns = 80) => Object.assign(new PassThrough(), { isTTY: true, columns });

describe("colours", () => {
  it.each([
    ["a terminal", terminal(), {}, true],
    ["no terminal", new PassThrough(), {}, false],
    ["NO_COLOR on a terminal", terminal(), { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR counts as unset", terminal(), { NO_COLOR: "" }, true],
    ["a dumb terminal", terminal(), { TERM: "dumb" }, false],
    ["FORCE_COLOR without a terminal", new PassThrough(), { FORCE_COLOR: "1" }, true],
    ["FORCE_COLOR on a dumb terminal", terminal(), { FORCE_COLOR: "1", TERM: "dumb" }, true],
    ["FORCE_COLOR=0 on a terminal", terminal(), { FORCE_COLOR: "0" }, false],
    ["NO_COLOR wins over FORCE_COLOR", terminal(), { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  ])("%s", (_case, stream, env, coloured) => {
    const painted = createPrinter(stream, env).paint(31, "no");
    expect(painted).toBe(coloured ? "\u001b[31mno\u001b[0m" : "no");
  });
});

describe("printing", () => {
  it("resolves when the text is written", async () => {
    const stream = new PassThrough();
    await createPrinter(stream, {}).print("done\n");
    expect(stream.read()?.toString()).toBe("done\n");
  });

  it("rejects with the system's code and message, and no other error escapes", async () => {
    const full = new Writable({
      write: (_chunk, _encoding, done) =>
        done(Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" })),
    });
    const failed = createPrinter(full, {}).print("lost\n");
    await expect(failed).rejects.toThrow(OutputError);
    await expect(failed).rejects.toMatchObject({
      code: "ENOSPC",
      message: "The output could not be written (ENOSPC: no space left on device, write).",
    });
  });
});

it("fits what is said into a terminal, and nothing else", async () => {
  const words = "a sentence of more characters than a narrow terminal has columns";
  const written = async (stream: PassThrough, how: "say" | "print") => {
    await createPrinter(stream, {})[how](words);
    return String(stream.read());
  };
  expect(await written(terminal(50), "say")).toBe(words.replace(" terminal", "\nterminal"));
  expect(await written(terminal(0), "say")).toBe(words);
  expect(await written(terminal(50), "print")).toBe(words);
  expect(await written(new PassThrough(), "say")).toBe(words);
});

it("a width is known only for a terminal", () => {
  expect(createPrinter(terminal(120), {}).columns).toBe(120);
  expect(createPrinter(new PassThrough(), {}).columns).toBeUndefined();
});
