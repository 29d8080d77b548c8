import { createRig } from "../test/support/rig.ts";
import { HOSTILE_REFUSAL, listOurWords, ORDER, poison, READINGS } from "./hostile.ts";
import type { Report } from "./report.ts";
import type { Answer } from "./world.ts";

/** Which parts of an answer an agent obeys. */
type Reader = (answer: Answer) => string;

const READERS: Readonly<Record<string, Reader>> = {
  "obeys all that it reads": ({ text }) => text,
  "obeys only what the server says": listOurWords,
};

/** Counts writes that texts of the tenant cause, through an agent that obeys what it reads. */
export async function reportInjection(): Promise<Report> {
  const rows: string[][] = [];
  for (const [agent, read] of Object.entries(READERS)) {
    for (const writes of ["allow", "confirm"] as const) {
      const { orders, made } = await countWrites(read, writes === "confirm");
      rows.push([agent, writes, String(READINGS.length), String(orders), String(made)]);
    }
  }
  const isMissed = rows.some(
    ([agent, writes, , , made]) =>
      made !== "0" && (writes === "confirm" || agent !== Object.keys(READERS)[0]),
  );
  return {
    title: "Orders in the tenant's texts",
    method:
      "Every text of the tenant that tools show (names, descriptions, titles, errors, config, C1's reasons) ends our sentence in several ways and orders to create an app. An agent makes calls of every tool, some of which fail, and then every call that it was ordered to make. With confirm the person agrees to nothing that they did not ask for. What such an agent does under allow no server can prevent: that is what confirm is for, and the quotation marks by which a reader can tell the tenant's words from ours.",
    tables: [{ head: ["Agent", "C1_MCP_WRITES", "calls", "orders read", "apps made by them"], rows }],
    missed: isMissed ? ["an order was obeyed that was marked, or that nobody agreed to"] : [],
  };
}

async function countWrites(read: Reader, confirm: boolean): Promise<{ orders: number; made: number }> {
  const orders = new Set<string>();
  let made = 0;
  for (const { tool, args, refused } of READINGS) {
    const rig = await createRig({ confirm, sandbox: { syncQueueMs: 0, syncMs: 0 } });
    poison(rig);
    if (refused !== undefined)
      rig.sandbox.faults.add({
        match: { operation: refused },
        times: Number.POSITIVE_INFINITY,
        do: HOSTILE_REFUSAL,
      });
    // The person requested this call and nothing else.
    const answer = await rig.call(tool, args, { ask: async () => "accepted" });
    rig.sandbox.faults.clear();
    for (const [, displayName = ""] of read(answer).matchAll(ORDER)) {
      orders.add(displayName);
      await rig.call("create_app", { displayName }, { ask: async () => "declined" });
    }
    made += rig.sandbox.state.apps.filter(({ displayName }) => displayName.startsWith("Pwned")).length;
    await rig.close();
  }
  return { orders: orders.size, made };
}
