import { CELLS } from "./cells.ts";
import { runCells } from "./run-cell.ts";
import { formatTable, summarise } from "./table.ts";

/** `npm run faults`: prints the fault matrix as a table. Exit code 1 if any tool reported an outcome that was not true. */
const verdicts = await runCells(CELLS);
process.stdout.write(`${formatTable(verdicts)}\n\n${summarise(verdicts)}\n`);
for (const { cell, problems } of verdicts) {
  if (problems.length === 0) continue;
  const { write, fault, when, visibility } = cell;
  process.stdout.write(
    `WRONG ${write.name}, ${fault.name} ${when}, ${visibility.name}: ${problems.join("; ")}\n`,
  );
}
process.exitCode = verdicts.some(({ problems }) => problems.length > 0) ? 1 : 0;
