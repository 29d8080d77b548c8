import { Failure, type FailureCode } from "../errors.ts";

/** Failures that other arguments mend. */
const MENDABLE: ReadonlySet<FailureCode> = new Set(["invalid_arguments", "not_found", "ambiguous_reference"]);

/**
 * Like `Promise.all`, but waits for all. If several arguments turn out to be wrong, the failure names all of them, so that one
 * more call corrects them.
 */
export async function settleAll<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Index in keyof Work]: Awaited<Work[Index]> }> {
  const settled = await Promise.allSettled(work);
  // What depends on another piece of work fails with it.
  const errors = [
    ...new Set(settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []))),
  ];
  if (errors.length > 0) throw unite(errors);
  // TypeScript does not know that mapping a tuple keeps its length and order.
  return settled.map((one) => (one.status === "fulfilled" ? one.value : undefined)) as never;
}

/** Rejects with a failure, joined with those of the other work; nothing else of that work matters. */
export async function failWith(error: unknown, others: readonly Promise<unknown>[]): Promise<never> {
  await settleAll([Promise.reject(error), ...others]);
  throw error;
}

function unite(errors: readonly unknown[]): unknown {
  const failures = errors.filter(isMendable);
  const [first] = failures;
  // Anything else decides what becomes of the call, whatever its arguments.
  if (first === undefined || failures.length < 2 || failures.length < errors.length)
    return errors.find((error) => !isMendable(error)) ?? errors[0];
  const lines = failures.map(({ message, next }) => `- ${[message.trim(), next].filter(Boolean).join(" ")}`);
  return new Failure(first.code, `More than one argument is wrong:\n${lines.join("\n")}\n`, {
    next: "Correct these and call again.",
  });
}

function isMendable(error: unknown): error is Failure {
  return error instanceof Failure && error.changed === "no" && MENDABLE.has(error.code);
}
