import { existsSync, readFileSync } from "node:fs";

/** Whether the system shows facts about other processes, as Linux does. */
export const HAS_PROC = existsSync("/proc/self/status");

/** The kernel's unit of processor time. */
const TICK_MS = 10;

/** Resident memory of a process in kilobytes. */
export function readRss(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
}

/** The same including its child processes, such as those of a launcher. */
export function readTreeRss(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + readTreeRss(Number(child)), readRss(pid));
}

/** Processor time used by all threads of a process, in milliseconds. */
export function readCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name in brackets may contain anything; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
