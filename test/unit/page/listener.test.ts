import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createListener } from "../../../src/page/listener.ts";
import { askOverHttp } from "../../support/test-page.ts";

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

it("the port of a page stays open as long as its outcome is looked at, and is closed then", async () => {
  const answer = { status: 200, headers: {}, body: "here" };
  const site = createListener(async () => answer, pino({ level: "silent" }));
  const { host } = new URL(await site.open());
  const look = () =>
    askOverHttp({ method: "GET", path: "/page/x", query: "", headers: { host }, body: "" }).then(
      ({ body }) => body,
      () => "refused",
    );
  site.close();
  await vi.advanceTimersByTimeAsync(5.5 * MINUTE);
  expect(await look()).toBe("here");
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(await look()).toBe("refused");
});
