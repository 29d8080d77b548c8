import { isTooShort } from "../../config/secret-file.ts";
import { Failure } from "../../errors.ts";
import { MIN_SECRET_LENGTH } from "../../log/redact.ts";
import { cleanText, isHidden } from "../../text.ts";
import type { AskedField } from "../asked-field.ts";
import type { Run } from "../job.ts";
import type { Draft } from "./encode.ts";
import type { FieldSpec, TypeSpec } from "./spec.ts";
import { type ConfigUse, OWNER_ENTERS } from "./without-config.ts";

/** Far longer than any key or token; the page accepts no more in total. */
const MAX_TYPED = 32_000;

/** Keys of multi-line secrets, whose lines a one-line field would join. */
const HAS_LINES = /private[-_]?key|certificate|\bpem\b|json|service[-_]?account|credentials?(?:[-_]file)?$/i;

/** Where a secret of a config is entered: the field, or an entry of it if the field is a map. */
export function placeOf(key: string, entry?: string): string {
  return entry === undefined ? key : `${key}.${entry}`;
}

/** What a person has to type, in the order of the config. */
export function listAsked(drafts: ReadonlyMap<string, Draft>, { fields }: TypeSpec): AskedField[] {
  return [...drafts].flatMap(([key, draft]) => {
    const field = fields.find((one) => one.key === key);
    if (draft.kind === "text") return "ask" in draft.part ? [describeField(key, undefined, field)] : [];
    return draft.items.flatMap(({ key: entry, part }) =>
      "ask" in part ? [describeField(key, entry, field)] : [],
    );
  });
}

function describeField(key: string, entry: string | undefined, field: FieldSpec | undefined): AskedField {
  const at = placeOf(key, entry);
  const label = [cleanText(field?.label ?? key, 80), ...(entry === undefined ? [] : [cleanText(entry, 80)])];
  return {
    at,
    label: label.join(": "),
    ...(field?.help !== undefined && { help: cleanText(field.help) }),
    ...(field?.options && entry === undefined && { options: field.options }),
    hasLines: HAS_LINES.test(at),
  };
}

/** What is wrong with a typed value, without quoting it; completes a sentence that begins with "It". */
export function judgeTyped(value: string, { options, hasLines }: AskedField): string | undefined {
  if (value.trim() === "") return "is empty";
  if (value.length > MAX_TYPED) return `has more than ${MAX_TYPED} characters`;
  const surplus = judgeEnds(value, hasLines);
  if (surplus !== undefined) return surplus;
  const isAllowed = (character: string) => character === " " || (hasLines && /[\n\t]/.test(character));
  if (!value.isWellFormed() || Array.from(value).some((one) => isHidden(one) && !isAllowed(one)))
    return "holds a character that does not show, such as a line break";
  if (options && !options.includes(value)) return `must be one of ${options.slice(0, 12).join(", ")}`;
  return isTooShort(value) ? `is too short: at least ${MIN_SECRET_LENGTH} characters are needed` : undefined;
}

/** What was copied along with a value comes along again, and the field shows neither. */
function judgeEnds(value: string, hasLines: boolean): string | undefined {
  const ends = [
    { verb: "begins", which: "first", count: value.length - value.trimStart().length },
    { verb: "ends", which: "last", count: value.length - value.trimEnd().length },
  ].filter(({ count }) => count > 0);
  if (ends.length === 0) return undefined;
  // How many characters follow is not known here: the line breaks at the end of several lines are gone already.
  if (hasLines) return "has a space or an empty line at the beginning or end: paste it again without that";
  const verbs = ends.map(({ verb }) => verb).join(" and ");
  const surplus = ends.map(({ which, count }) =>
    count === 1 ? `its ${which} character` : `its ${which} ${count} characters`,
  );
  return `${verbs} with a space: paste it again, then delete ${surplus.join(" and ")}`;
}

/** Throws if a person must be asked but cannot be. */
export function requirePage(
  asked: readonly AskedField[],
  { page, secrets }: Pick<Run, "page" | "secrets">,
  use: ConfigUse,
): void {
  const [first] = asked;
  if (first === undefined || (page && page.off === undefined)) return;
  const why = page?.off ?? "this server shows no page for that";
  throw new Failure("person_needed", `Nobody can be asked for ${first.at}: ${why}.`, {
    next: `Give {"secretRef": NAME}, the name of a secret that the operator of the server has put there${secrets.inline ? ", or the secret itself" : ""}; or ${OWNER_ENTERS[use]}.`,
  });
}
