import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createAsker, Interrupted } from "../../../src/cli/ask-terminal.ts";

function openTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input }) as never;
  const output = new PassThrough();
  const asker = createAsker(input, output);
  return {
    type: (text: string) => void (input as PassThrough).write(text),
    asker,
    shown: () => String(output.read() ?? ""),
  };
}

describe("asking at the terminal", () => {
  it("returns the trimmed input", async () => {
    const { type, asker, shown } = openTerminal();
    const answer = asker.ask("Id: ");
    type("  otter \r");
    expect(await answer).toBe("otter");
    expect(shown()).toContain("Id: ");
  });

  it("shows nothing of hidden input, not even backspaces", async () => {
    const { type, asker, shown } = openTerminal();
    const answer = asker.askHidden("Secret: ");
    type("canarz\u007fy\r");
    expect(await answer).toBe("canary");
    expect(shown()).toBe("Secret: \n");
  });

  it.each([
    ["Ctrl-C", "\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s interrupts", async (_key, typed) => {
    const { type, asker } = openTerminal();
    const answer = asker.askHidden("Secret: ");
    type(typed);
    await expect(answer).rejects.toThrow(Interrupted);
  });
});
