import { expect } from "vitest";
import type { Rig } from "./rig.ts";

/** Makes a call that must send one write, and returns what the tenant received. */
export async function sendOne(rig: Rig, tool: string, args: unknown) {
  const outcome = await rig.call(tool, args);
  expect(outcome.isError, outcome.text).toBe(false);
  const received = rig.writes().map(({ method, path, body, status }) => ({ method, path, body, status }));
  expect(received).toHaveLength(1);
  return { received: received[0], value: outcome.value };
}
