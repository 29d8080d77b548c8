import { Failure } from "../../errors.ts";
import { isObject, type JsonObject } from "../../json.ts";
import { MASK } from "../../log/redact.ts";
import { cleanText } from "../../text.ts";
import type { AskedField } from "../asked-field.ts";
import type { WritePlan } from "../define.ts";
import type { Run } from "../job.ts";
import { listAsked, placeOf, requirePage } from "./asked.ts";
import { checkConfig } from "./check.ts";
import type { Draft, Part } from "./encode.ts";
import { configFailure, noConfigFailure } from "./failure.ts";
import { maskValues } from "./mask.ts";
import { isPlainField, maskTokens } from "./plain.ts";
import { makeReadable } from "./readable.ts";
import { ENVELOPE_TYPE, GROUP_KEY, type GroupSpec, isSecretKey, SECRET_KEY, type TypeSpec } from "./spec.ts";
import { listTitles, type Titles } from "./titles.ts";
import type { ConfigUse } from "./without-config.ts";

/** Matches the envelope's type under any host: only what follows the last slash names it. */
const IS_ENVELOPE = /(?:^|\/)c1\.api\.app\.v1\.EnvConfig$/;

/** Far more than any type has. Each unknown key costs a search for the nearest one, each reference a file read. */
const MAX_ENTRIES = 200;

export interface BuiltConfig {
  /** What C1 gets, with secrets filled in. */
  readonly envelope: JsonObject;
  /** The config for a preview: names of secrets, values of fields that are known not to be secret, and `***` for the rest. */
  readonly shown: JsonObject;
  /** The config for a person who must agree to it: every value except secrets. */
  readonly readable: JsonObject;
  /** What a person still has to type. */
  readonly asked: readonly AskedField[];
  /** The envelope before anything was typed into it; absent if nothing is asked for. */
  readonly bound?: JsonObject;
  /** Whether the arguments contained, or could have contained, a literal secret. */
  readonly holdsSecrets: boolean;
  /** See `listTitles`. */
  readonly titles?: Titles;
  /** The login method, if the type has several. */
  readonly group?: GroupSpec;
}

/**
 * Converts a plain map into C1's envelope, or reports everything that is wrong with it. Reads secrets last, once all else is
 * right.
 * @param use decides what a failure advises in place of a config.
 * @param current what C1 shows of the config that is to be replaced.
 */
export async function buildConfig(
  config: Readonly<Record<string, unknown>>,
  spec: TypeSpec,
  run: Run,
  use: ConfigUse = "create",
  current?: ReadonlyMap<string, string>,
): Promise<BuiltConfig> {
  const plain = openEnvelope(config);
  if (!plain) {
    // Which of its values are secrets is not known.
    if (!run.secrets.inline) throw foreignMessage();
    const masked = maskValues(config as JsonObject);
    return {
      envelope: config as JsonObject,
      shown: masked,
      readable: masked,
      asked: [],
      holdsSecrets: true,
    };
  }
  if (spec.setup !== "config") throw noConfigFailure(spec, use);
  if (Object.keys(plain).length > MAX_ENTRIES) throw badConfig(`it has more than ${MAX_ENTRIES} keys`);
  const canAsk = run.page !== undefined && run.page.off === undefined;
  const { drafts, group, unknownKeys, problems } = checkConfig(plain, spec, {
    inlineSecrets: run.secrets.inline,
    current,
  });
  if (problems.length > 0) throw await configFailure(spec, problems, run.secrets, { canAsk, use });
  const asked = listAsked(drafts, spec);
  requirePage(asked, run, use);
  if (unknownKeys.length > 0) {
    run.unchecked.push(`config keys that this server's table lacks: ${listKeys(unknownKeys)}`);
  }
  const numbers = Object.keys(plain).filter((key) => holdsNumber(plain[key]));
  if (numbers.length > 0) run.unchecked.push(`config: numbers, sent as text: ${listKeys(numbers)}`);
  const secrets = await readSecrets(drafts, run).catch((error: unknown) => {
    throw canAsk && error instanceof Failure ? adviseAsking(error) : error;
  });
  const chosen = group && { [GROUP_KEY]: { stringValue: group.name } };
  const fill = (show: (part: Part, at: string, key: string) => string): JsonObject => ({
    "@type": ENVELOPE_TYPE,
    configuration: {
      ...Object.fromEntries([...drafts].map(([key, draft]) => [key, fillDraft(key, draft, show)])),
      ...chosen,
    },
  });
  const typed = run.page?.typed;
  const reveal = (part: Part, at: string) => {
    if ("ask" in part) return typed?.get(at) ?? "";
    return "ref" in part ? (secrets.get(part.ref) ?? "") : part.text;
  };
  return {
    envelope: fill(reveal),
    shown: fill((part, _at, key) => {
      if ("ask" in part) return "(a person types this)";
      if ("ref" in part) return `secretRef:${part.ref}`;
      return isPlainField(key, spec) ? maskTokens(part.text) : MASK;
    }),
    asked: asked.filter(({ at }) => typed?.get(at) === undefined),
    ...(asked.length > 0 && { bound: fill((part, at) => ("ask" in part ? "" : reveal(part, at))) }),
    holdsSecrets: holdsSecrets(drafts, spec),
    titles: listTitles(spec),
    readable: { "@type": ENVELOPE_TYPE, configuration: makeReadable(drafts, spec, group) },
    ...(group && { group }),
  };
}

/** The part of a plan that says that it has a config, and what a person has to type. `within` embeds a config in the request body. */
export function askedIn(
  { asked, bound, holdsSecrets, titles }: BuiltConfig,
  within: (config: JsonObject) => JsonObject,
): Pick<WritePlan<unknown>, "asked" | "boundBody" | "hasConfig" | "holdsSecrets" | "titles"> {
  return {
    asked,
    hasConfig: true,
    holdsSecrets,
    ...(titles && { titles }),
    ...(bound && { boundBody: within(bound) }),
  };
}

/** The keys and values of a config, or undefined for a message of another type, which is passed on unchanged. */
function openEnvelope(
  config: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const { "@type": type, configuration, ...rest } = config;
  if (type === undefined) return config;
  if (typeof type !== "string" || type === "") throw badConfig('its "@type" must be the name of a message');
  if (!IS_ENVELOPE.test(type.trim())) return undefined;
  if (!isObject(configuration)) throw badConfig('beside its "@type" it needs a map "configuration"');
  if (Object.keys(rest).length > 0) throw badConfig('only "@type" and "configuration" belong into it');
  return configuration;
}

function listKeys(keys: readonly string[]): string {
  return keys
    .slice(0, 10)
    .map((key) => cleanText(key, 60))
    .join(", ");
}

/** Also in a list, in a map, or in C1's own form. */
function holdsNumber(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsNumber);
}

function foreignMessage(): Failure {
  return new Failure(
    "secret_refused",
    "config: a message of another type than C1's own may hold secrets that cannot be told from other values.",
    {
      next: 'Give a plain map of field keys and values, without "@type", and secrets by {"secretRef": NAME}.',
    },
  );
}

function badConfig(message: string): Failure {
  return new Failure("invalid_arguments", `config: ${message}.`, {
    next: 'Give a plain map of field keys and values, without "@type".',
  });
}

function fillDraft(
  key: string,
  draft: Draft,
  show: (part: Part, at: string, key: string) => string,
): JsonObject {
  if (draft.kind === "text") return { stringValue: show(draft.part, placeOf(key), key) };
  const items = draft.items.map(({ key: entry, part }) => ({
    key: entry,
    value: show(part, placeOf(key, entry), key),
  }));
  return { keyValues: { items } };
}

function adviseAsking(error: Failure): Failure {
  const ask = 'Give {"ask": true} in its place, so that a person types it on a page that you do not see.';
  return error.with({ next: error.next === undefined ? ask : `${ask} Or ${lowerFirst(error.next)}` });
}

/** Only a word: the name of a setting stays as it is. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z](?=[a-z]+\b)/, (letter) => letter.toLowerCase());
}

/** Also works for unknown types, whose secrets can be recognised only by their keys. */
function holdsSecrets(drafts: ReadonlyMap<string, Draft>, spec: TypeSpec): boolean {
  return [...drafts].some(([key, draft]) => {
    const isSecret = isSecretKey(key, spec);
    if (draft.kind === "text") return isSecret && !draft.isBool && "text" in draft.part;
    return draft.items.some(({ key: entry, part }) => (isSecret || SECRET_KEY.test(entry)) && "text" in part);
  });
}

/** Reads all referenced secrets; reports everything that is missing at once. */
async function readSecrets(drafts: ReadonlyMap<string, Draft>, run: Run): Promise<Map<string, string>> {
  const parts = [...drafts.values()].flatMap((draft) =>
    draft.kind === "text" ? [draft.part] : draft.items.map(({ part }) => part),
  );
  const names = [...new Set(parts.flatMap((part) => ("ref" in part ? [part.ref] : [])))];
  if (names.length > MAX_ENTRIES) throw badConfig(`it refers to more than ${MAX_ENTRIES} secrets`);
  const read = await Promise.allSettled(names.map((name) => run.secrets.read(name)));
  const errors = read.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
  const [first] = errors;
  if (first instanceof Failure && errors.length > 1) {
    const words = errors.map((error) => (error instanceof Failure ? error.message : String(error)));
    throw new Failure(first.code, words.join(" "), first.next === undefined ? {} : { next: first.next });
  }
  if (first !== undefined) throw first;
  return new Map(
    read.flatMap((result, index) =>
      result.status === "fulfilled" ? [[names[index] ?? "", result.value] as const] : [],
    ),
  );
}
