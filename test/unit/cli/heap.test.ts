import { spawnSync } from "node:child_process";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { boundHeap } from "../../../src/cli/heap.ts";

vi.mock("node:v8");

const MEBIBYTE = 1024 * 1024;
let afterCollection: (() => void) | undefined;

beforeEach(() => {
  afterCollection = undefined;
  vi.stubGlobal(
    "PerformanceObserver",
    class {
      constructor(run: () => void) {
        afterCollection = run;
      }
      observe() {}
    },
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

/** Bounds the heap of a process that was started so. */
function boundHeapOf(version: string, execArgv: readonly string[] = [], nodeOptions?: string): void {
  vi.stubGlobal("process", { execArgv, env: { NODE_OPTIONS: nodeOptions }, versions: { node: version } });
  boundHeap();
}

/** Lets V8 report the size of its space for new objects after a collection. */
function collectWith(youngMebibytes: number): void {
  const young = { space_name: "new_space", space_size: youngMebibytes * MEBIBYTE };
  vi.mocked(getHeapSpaceStatistics).mockReturnValue([young as never]);
  afterCollection?.();
}

const flags = () => vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);

describe("the space for old objects", () => {
  it("grows by half at most", () => {
    boundHeapOf("20.18.1");
    expect(flags()).toEqual(["--heap-growing-percent=50"]);
  });

  it("grows as the operator says, on the command line or in NODE_OPTIONS", () => {
    boundHeapOf("20.18.1", ["--heap-growing-percent=400"]);
    boundHeapOf("20.18.1", [], "--heap-growing-percent=400");
    expect(flags()).toEqual([]);
  });
});

describe("the space for new objects", () => {
  it("stops growing at 32 MiB, and may grow again once V8 has made it smaller", () => {
    boundHeapOf("24.0.0");
    for (const size of [8, 31, 32, 48, 16, 32]) collectWith(size);
    const [stop, go] = ["--semi-space-growth-factor=1", "--semi-space-growth-factor=2"];
    expect(flags()).toEqual(["--heap-growing-percent=50", stop, go, stop]);
  });

  it("is left alone where V8 itself never exceeds that", () => {
    boundHeapOf("22.20.0");
    expect(afterCollection).toBeUndefined();
  });

  it("is left alone when the operator sets its size", () => {
    boundHeapOf("24.0.0", ["--max-semi-space-size=64"]);
    boundHeapOf("24.0.0", [], "--min-semi-space-size=40");
    expect(afterCollection).toBeUndefined();
  });
});

it.each(["heap-growing-percent", "semi-space-growth-factor"])("V8 knows the flag --%s", (flag) => {
  // It would not fail over one that it does not know.
  const { stdout } = spawnSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  expect(stdout).toContain(`--${flag}`);
});
