import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createTerminalAsker, Interrupted } from "../../../src/cli/ask-terminal.ts";

function openTerminal() {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input }) as never;
  const output = Object.assign(new PassThrough(), { columns: 40 });
  const asker = createTerminalAsker(input, output);
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

  it("shows a secret no further than its prefix, if one is given where something else was asked for", async () => {
    const { type, asker, shown } = openTerminal();
    const answer = asker.ask("Id: ");
    type("secret-token:conductorone.com:v1:canary");
    type("\u007fy\u001b[D\u001b[C");
    type("\r");
    expect(await answer).toBe("secret-token:conductorone.com:v1:canary");
    const screen = shown();
    expect(screen).toContain("Id: ");
    expect(screen).not.toMatch(/canary|conductorone/);
    expect(screen).toMatch(/\r\n/);
    const next = asker.ask("Id again: ");
    type("otter\r");
    expect([await next, shown()]).toEqual(["otter", expect.stringContaining("otter")]);
  });

  it.each([
    ["behind the id", "Client id: otter@acme.conductor.one/pcc Client secret: "],
    ["behind a quotation mark", '"'],
  ])("shows a secret no further than its prefix: %s", async (_where, before) => {
    const { type, asker, shown } = openTerminal();
    const answer = asker.ask("Id: ");
    type(`${before}secret-token:conductorone.com:v1:canary\r`);
    expect(await answer).toBe(`${before}secret-token:conductorone.com:v1:canary`);
    expect(shown()).not.toMatch(/canary|conductorone\.com/);
  });

  it.each(["ask", "askHidden"] as const)("%s fits the question into the terminal", async (how) => {
    const { type, asker, shown } = openTerminal();
    const answer = asker[how](
      "Client secret, to be kept in /home/jane/.config/c1-admin-mcp/client-secret (hidden): ",
    );
    expect(shown()).toContain(
      "Client secret, to be kept in\n/home/jane/.config/c1-admin-mcp/client-secret\n",
    );
    type("canary\r");
    expect(await answer).toBe("canary");
  });

  it.each([
    ["Ctrl-C", "ask", "\u0003"],
    ["Ctrl-C", "askHidden", "\u0003"],
    ["Ctrl-D", "ask", "\u0004"],
    ["Ctrl-D", "askHidden", "\u0004"],
  ] as const)("%s interrupts %s, and ends the line", async (_key, how, typed) => {
    const { type, asker, shown } = openTerminal();
    const answer = asker[how]("Secret: ");
    type(typed);
    await expect(answer).rejects.toThrow(Interrupted);
    expect(shown()).toMatch(/Secret: [^\n]*\n$/);
  });
});
