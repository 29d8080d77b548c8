import { createChain } from "../../src/log/chain.ts";

export interface MadeLines {
  /** The lines, without line ends. */
  readonly lines: string[];
  /** Appends one attempt by the process with that number: its intent and its outcome, or only the intent. */
  add(process: number, records?: 1 | 2): void;
  /** Rotates the file and returns its lines. */
  rotate(): string[];
}

/** Lines as processes that share a file would write them one after another, kept in memory because a disk would be slow. */
export function makeAuditLines(): MadeLines {
  const lines: string[] = [];
  const chains = new Map<number, ReturnType<typeof createChain>>();
  let held = new Set<number>();
  let writes = 0;
  const append = (process: number, record: Readonly<Record<string, unknown>>) => {
    const start = () => ({ time: timeOf(writes), record: "start", version: "0.0.0", pid: process });
    const chain = chains.get(process) ?? createChain(start);
    chains.set(process, chain);
    const text = lines.length === 0 ? "" : `${lines.at(-1)}\n`.slice(-76);
    const sealed = chain.seal(record, { text, isNew: !held.has(process) });
    held.add(process);
    lines.push(...sealed.map(({ line }) => line));
    chain.advance(sealed.length);
  };
  return {
    lines,
    rotate() {
      held = new Set();
      return lines.splice(0);
    },
    add(process, records = 2) {
      const attempt = {
        write: `w${writes}`,
        tool: writes % 2 === 0 ? "create_app" : "create_connector",
        tenant: "acme.conductor.one",
        principal: `user:${process}`,
        targets: { displayName: `Acme "${writes}" \u00e4\u{1f600}` },
      };
      const time = timeOf(writes);
      writes += 1;
      append(process, { time, record: "intent", ...attempt });
      const ended = { outcome: "ok", changed: "yes", dryRun: false, durationMs: writes };
      if (records === 2) append(process, { time, record: "outcome", ...attempt, ...ended });
    },
  };
}

const timeOf = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
