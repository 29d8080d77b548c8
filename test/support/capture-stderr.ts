import fs from "node:fs";
import { vi } from "vitest";

/** What this process writes to stderr until `restore`: texts for people pass through `process.stderr`, the log through the file. */
export function captureStderr() {
  const lines: string[] = [];
  let rest = "";
  const keep = (chunk: unknown) => {
    const parts = (rest + String(chunk)).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    return true;
  };
  const { writeSync } = fs;
  const toFile = (fd: number, ...args: [string]) => {
    if (fd !== 2) return writeSync(fd, ...args);
    keep(args[0]);
    return Buffer.byteLength(args[0]);
  };
  const spies = [
    vi.spyOn(process.stderr, "write").mockImplementation(keep),
    vi.spyOn(fs, "writeSync").mockImplementation(toFile as typeof writeSync),
  ];
  return {
    lines,
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}
