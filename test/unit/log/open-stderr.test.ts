import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { openStderr } from "../../../src/log/open-stderr.ts";

it("says once how many lines were dropped, as soon as lines can be written again", () => {
  const stream = Object.assign(new EventEmitter(), { write: () => true });
  const dropped: number[] = [];
  openStderr((() => stream) as unknown as Parameters<typeof openStderr>[0], (count) => dropped.push(count));
  stream.emit("drain");
  stream.emit("error", Object.assign(new Error("no space"), { code: "ENOSPC" }));
  for (let line = 0; line < 3; line += 1) stream.emit("drop", "{}");
  expect(dropped).toEqual([]);
  stream.emit("drain");
  stream.emit("drain");
  expect(dropped).toEqual([3]);
});
