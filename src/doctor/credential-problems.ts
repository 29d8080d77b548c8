import type { Problem, ProblemCode } from "../config/problem.ts";
import { type Finding, fail } from "./finding.ts";

/** How the examined client obtains its credential. */
export interface Supply {
  /** What to do if it lacks these variables. */
  fix(names: readonly string[]): string;
  /** How to have the secret put into its file, as a sentence, if a command of ours does that. */
  readonly keeper: string | undefined;
  /** Why a placeholder was not filled in: no client ran, so it is not the client's doing. */
  readonly filler: string;
  /** Names of variables that it would take from where it is started; here, from this terminal. */
  readonly filledIn: readonly string[];
  /** Whether it asks the user, so that nobody else can see its values. */
  readonly asks: boolean;
}

const CREDENTIAL = ["CONDUCTORONE_CLIENT_ID", "CONDUCTORONE_CLIENT_SECRET"];

const SECRET_FILE = "CONDUCTORONE_CLIENT_SECRET_FILE";

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
      return [
        fail(
          `${setting} ${message}`,
          (isMissing && supply?.fix(code === "missing_credential" ? CREDENTIAL : [setting])) ||
            adviseOnLength(code, setting) ||
            (code === "unreadable_file" && setting === SECRET_FILE && adviseOnFile(fix, supply)) ||
            fix,
        ),
      ];
    }),
  ];
}

/** Nobody chooses the length of what C1 or an identity provider issues. */
function adviseOnLength(code: ProblemCode, setting: string): string | undefined {
  const isIssued = code === "secret_too_short" && setting.startsWith("CONDUCTORONE_");
  return isIssued ? `Copy it again, whole, to where ${setting} says.` : undefined;
}

/** A command that asks is easier than a file of one's own. */
function adviseOnFile(fix: string, supply: Supply | undefined): string | undefined {
  return supply?.keeper && `${supply.keeper} Or ${fix.charAt(0).toLowerCase()}${fix.slice(1)}`;
}

function tellUnfilled(unfilled: readonly Problem[], supply: Supply | undefined): Finding {
  const names = unfilled.map(({ setting }) => setting);
  const [first, ...others] = unfilled;
  if (first && others.length === 0 && !supply) return fail(`${first.setting} ${first.message}`, first.fix);
  const what = others.length === 0 ? "still holds a placeholder" : "still hold placeholders";
  const why = supply?.filler ?? "the client did not fill them in";
  return fail(
    `${joinNames(names)} ${what}: ${why}`,
    supply?.fix(names) ??
      "Set them where the client is started, or write their values into the client's entry.",
  );
}

/** The names as a part of a sentence. */
export function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
