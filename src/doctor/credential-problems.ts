import type { Problem, ProblemCode } from "../config/problem.ts";
import { type Finding, fail } from "./finding.ts";

/** How the examined client obtains its credential. */
export interface Supply {
  /** What to do if it has none. */
  readonly fix: string;
  /** Whether it asks the user, so that nobody else can see its values. */
  readonly asks: boolean;
}

const MISSING: readonly ProblemCode[] = ["missing_credential", "missing_client_id", "missing_client_secret"];

/** The problems as findings. Unfilled placeholders are merged into one, because whoever fills in one fills in all. */
export function tellProblems(problems: readonly Problem[], supply: Supply | undefined): Finding[] {
  const unfilled = problems.filter(({ code }) => code === "unfilled_placeholder");
  const others = problems.filter((problem) => !unfilled.includes(problem));
  return [
    ...(unfilled.length > 0 ? [tellUnfilled(unfilled, supply)] : []),
    ...others.flatMap(({ code, setting, message, fix }) => {
      const isMissing = MISSING.includes(code);
      if (isMissing && supply?.asks) return [];
      return [fail(`${setting} ${message}`, (isMissing && supply?.fix) || fix)];
    }),
  ];
}

function tellUnfilled(unfilled: readonly Problem[], supply: Supply | undefined): Finding {
  const [first] = unfilled;
  if (unfilled.length === 1 && first)
    return fail(`${first.setting} ${first.message}`, supply?.fix ?? first.fix);
  const names = unfilled.map(({ setting }) => setting);
  return fail(
    `${names.slice(0, -1).join(", ")} and ${names.at(-1)} still hold placeholders: the client did not fill them in`,
    supply?.fix ?? "Set them where the client is started, or write their values into the client's entry.",
  );
}
