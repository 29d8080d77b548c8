/** Processor time used by this process, in milliseconds. Unlike a clock, it is not affected by other processes. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
