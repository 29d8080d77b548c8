/** Reports a crash by its location only, because the message could contain anything. Loaded before everything else. */
export function reportCrash({ name, stack }: Error): void {
  const place = stack?.split("\n").filter((line) => line.startsWith("    at "));
  process.stderr.write(`${JSON.stringify({ level: 60, msg: "crashed", error: name, place })}\n`);
}
