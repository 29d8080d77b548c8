import { describe, expect, it } from "vitest";
import { createRecent } from "../../../src/replicas/recent.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("recent writes", () => {
  it("are remembered under their key for two minutes", () => {
    const clock = createFakeClock();
    const recent = createRecent(clock);
    recent.note("a", "id-1", 45_000);
    recent.note("a", undefined, 45_000);
    recent.note("b", "id-2", 45_000);
    expect(recent.look("a")).toEqual({ made: ["id-1"], unclear: true });
    expect(recent.look("b")).toEqual({ made: ["id-2"], unclear: false });
    expect(recent.look("c")).toEqual({ made: [], unclear: false });
    clock.advance(119_999);
    expect(recent.look("a").made).toEqual(["id-1"]);
    clock.advance(1);
    expect(recent.look("a")).toEqual({ made: [], unclear: false });
  });

  it.each([3_600_000, -3_600_000])("are remembered as long if the machine's clock is set by %i ms", (ms) => {
    const clock = createFakeClock();
    const recent = createRecent(clock);
    recent.note("a", "id-1", 45_000);
    clock.set(ms);
    clock.advance(119_999);
    expect(recent.look("a").made).toEqual(["id-1"]);
    clock.advance(1);
    expect(recent.look("a").made).toEqual([]);
  });

  it("are remembered up to 5,000, of one key or of many", () => {
    const recent = createRecent(createFakeClock());
    recent.note("first", "id-1", 1_000);
    for (let n = 2; n <= 5_000; n += 1) recent.note(n % 2 ? "many" : `key ${n}`, `id-${n}`, 1_000);
    expect(recent.look("first").made).toEqual(["id-1"]);
    recent.note("many", "last", 1_000);
    expect(recent.look("first").made).toEqual([]);
    expect(recent.look("key 2").made).toEqual(["id-2"]);
    expect(recent.look("many").made).toHaveLength(2_500);
    recent.note("many", "one more", 1_000);
    expect(recent.look("key 2").made).toEqual([]);
  });

  it("are remembered at least as long as a call may take", () => {
    const clock = createFakeClock();
    const recent = createRecent(clock);
    recent.note("long", "id-1", 600_000);
    recent.note("short", "id-2", 1_000);
    clock.advance(300_000);
    expect(recent.look("long").made).toEqual(["id-1"]);
    clock.advance(300_000);
    expect(recent.look("long").made).toEqual([]);
  });
});
