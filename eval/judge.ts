import { isDeepStrictEqual } from "node:util";
import type { Change } from "./describe-tenant.ts";
import type { Row } from "./task.ts";
import type { Answer } from "./world.ts";

/** Problems with the tenant and the last answer after a task; empty if the goal is reached. */
export function judge(
  expected: {
    readonly after: readonly Row[];
    readonly answer: { readonly code?: string | undefined; readonly says: readonly string[] };
  },
  changes: readonly Change[],
  answer: Answer | undefined,
): string[] {
  return [...judgeTenant(expected.after, changes), ...judgeAnswer(expected.answer, answer)];
}

/** Checks that each expected row is one change, and that there are no others. */
export function judgeTenant(after: readonly Row[], changes: readonly Change[]): string[] {
  const rest = [...changes];
  const absent = after.filter((wanted) => {
    const at = rest.findIndex(({ row }) => fits(row, wanted));
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
  return [
    ...absent.map((row) => `not in the tenant: ${JSON.stringify(row)}`),
    ...rest.map(({ row }) => `changed, and should not be: ${JSON.stringify(row)}`),
  ];
}

function fits(row: Readonly<Record<string, unknown>>, wanted: Row): boolean {
  return Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(row[key], value));
}

function judgeAnswer(
  { code, says }: { readonly code?: string | undefined; readonly says: readonly string[] },
  answer: Answer | undefined,
): string[] {
  const text = answer?.text ?? "";
  const isCode = code === undefined ? answer?.isError === false : text.startsWith(`[${code}] `);
  return [
    ...(isCode ? [] : [`the answer is no ${code ?? "success"}: ${text.slice(0, 300)}`]),
    ...says.filter((part) => !text.includes(part)).map((part) => `the answer does not say "${part}"`),
  ];
}
