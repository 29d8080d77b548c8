import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { untilRead } from "../../../src/cli/until-read.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

/** A pipe that is full until `read`. */
function fullPipe() {
  let read = (_error?: Error | null) => {};
  const output = new Writable({
    write(_chunk, _encoding, done) {
      read = done;
    },
    destroy(error, done) {
      read(error);
      done(error);
    },
  });
  output.on("error", () => undefined);
  output.write("a response");
  return { output, read: () => read() };
}

function start(output: Writable) {
  const clock = createFakeClock();
  const stop = new AbortController();
  let isOver = false;
  const over = untilRead(output, stop.signal, clock).then(() => {
    isOver = true;
  });
  const isOverNow = async () => {
    await new Promise(setImmediate);
    return isOver;
  };
  return { clock, stop, over, isOverNow };
}

it("returns at once if everything has been read", async () => {
  const { over, clock } = start(new Writable());
  await over;
  expect(clock.pending()).toBe(0);
});

it("waits until the client has read, or has gone", async () => {
  const { output, read } = fullPipe();
  const { over, isOverNow } = start(output);
  expect(await isOverNow()).toBe(false);
  read();
  await new Promise(setImmediate);
  read();
  await over;

  const broken = fullPipe();
  const gone = start(broken.output);
  broken.output.destroy(new Error("EPIPE"));
  await gone.over;
});

it("does not wait for ever, and hardly for a client that says stop", async () => {
  const patient = start(fullPipe().output);
  patient.clock.advance(4_999);
  expect(await patient.isOverNow()).toBe(false);
  patient.clock.advance(1);
  await patient.over;

  const hasty = start(fullPipe().output);
  hasty.stop.abort();
  hasty.clock.advance(499);
  expect(await hasty.isOverNow()).toBe(false);
  hasty.clock.advance(1);
  await hasty.over;
});
