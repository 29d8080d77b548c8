import { SECRET_PREFIX, SECRETS_DIR } from "../../config/secret-names.ts";
import { Failure } from "../../errors.ts";
import { cleanText } from "../../text.ts";
import type { Secrets } from "../job.ts";
import { conventionalName, type KeyProblem } from "./check.ts";
import type { TypeSpec } from "./spec.ts";
import { type ConfigUse, OWNER_ENTERS, OWNER_FINISHES } from "./without-config.ts";

const MAX_PROBLEMS = 10;
const MAX_KEYS = 40;

/** Everything that is wrong with a config, and how to correct it: names field keys and secrets, never a value. */
export async function configFailure(
  spec: TypeSpec,
  problems: readonly KeyProblem[],
  secrets: Secrets,
  { canAsk = false, use }: { readonly canAsk?: boolean; readonly use: ConfigUse },
): Promise<Failure> {
  const names = await secrets.names();
  const lines = problems
    .slice(0, MAX_PROBLEMS)
    .map((problem) => `- config.${cleanText(problem.key, 80)}: ${describeProblem(problem, names, canAsk)}`);
  if (problems.length > lines.length) lines.push(`- and ${problems.length - lines.length} more`);
  const about = [
    ...(spec.fields.length > 0 ? [`Fields of ${cleanText(spec.label, 80)}: ${listFields(spec)}.`] : []),
    `Configured secrets: ${names.join(", ") || "none"}.`,
  ];
  const what = `The config cannot be sent:\n${[...lines, ...about].join("\n")}\n`;
  const literal = problems.find((problem) => problem.literal !== undefined);
  if (!literal) return new Failure("invalid_arguments", what, { next: "Correct these and call again." });
  const name = nameFor(literal, names);
  if (names.includes(name)) {
    return new Failure("secret_refused", what, { next: `Pass its secretRef. ${EXPOSED}` });
  }
  return new Failure("secret_refused", what, {
    next: `${canAsk ? 'Pass {"ask": true} in its place, and a person types it on a page that you do not see; or have' : "Have"} the operator put the secret into ${SECRET_PREFIX}${name}, or a file ${name} in the folder of ${SECRETS_DIR}, and pass its secretRef; or ${OWNER_ENTERS[use]}. Only the operator can allow secrets in arguments, with C1_MCP_INLINE_SECRETS=allow. ${EXPOSED}`,
  });
}

const EXPOSED =
  "If the value was a real secret, it is in this conversation now: tell the person to replace it with a new one where it was issued.";

function describeProblem(problem: KeyProblem, names: readonly string[], canAsk: boolean): string {
  const { message, literal, meant, lacksSecret } = problem;
  const isKnown = meant !== undefined && names.includes(meant);
  const text = cleanText(message, 1500);
  if (literal === undefined && !isKnown && !lacksSecret) return text;
  const name = nameFor(problem, names);
  const ask = canAsk && !isKnown ? '{"ask": true}, so that a person types it, or ' : "";
  // A missing secret can be created, or an existing one was meant: only the caller knows.
  return names.length === 0 || names.includes(name)
    ? `${text}; give ${ask}{"secretRef": "${name}"}`
    : `${text}; give ${ask}{"secretRef": NAME} with one of the configured secrets`;
}

/** The given name if such a secret exists, else the field's default name. */
function nameFor({ key, literal, meant }: KeyProblem, names: readonly string[]): string {
  return meant !== undefined && names.includes(meant) ? meant : conventionalName(literal ?? key);
}

/** For a type that no config can set up. */
export function noConfigFailure(spec: TypeSpec, use: ConfigUse): Failure {
  const how =
    spec.setup === "agent"
      ? "is run by an agent that you host"
      : "is set up by a person's OAuth consent in the C1 console";
  return new Failure(
    "invalid_arguments",
    `config: ${cleanText(spec.label, 80)} ${how}; it takes no config.`,
    { next: OWNER_FINISHES[use] },
  );
}

function listFields({ fields }: TypeSpec): string {
  const shown = fields
    .filter(({ kind }) => kind !== "other")
    .slice(0, MAX_KEYS)
    .map(({ key, secret, required }) => {
      const marks = [secret && "secret", required && "required"].filter(Boolean).join(", ");
      return `${cleanText(key, 80)}${marks && ` (${marks})`}`;
    });
  return shown.join(", ") + (fields.length > MAX_KEYS ? ", …" : "");
}
