import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** What Node 22 never exceeds, both halves counted; Node 24 goes to four times as much. */
const ENOUGH_BYTES = 32 * 1024 * 1024;

const FIRST_THAT_EXCEEDS = 24;

/** V8's own. It reads the factor each time that it might grow the space. */
const GROWTH = 2;

/**
 * Keeps V8's space for new objects from growing beyond what is enough: calls are no faster with more, and a process holds
 * 100 MB less (bench). V8 also makes the space smaller at times; then it may grow again. Left alone where the
 * operator has set its size.
 */
export function boundYoungGeneration(): void {
  if (Number.parseInt(process.versions.node, 10) < FIRST_THAT_EXCEEDS) return;
  if ([...process.execArgv, process.env.NODE_OPTIONS].join(" ").includes("semi-space")) return;
  let factor = GROWTH;
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    const wanted = young && young.space_size >= ENOUGH_BYTES ? 1 : GROWTH;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ["gc"] });
}
