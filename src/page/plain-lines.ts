import { ENVELOPE_TYPE, GROUP_KEY } from "../tools/connector-config/spec.ts";
import { NO_TITLES, type Titles } from "../tools/connector-config/titles.ts";
import {
  formatLine,
  formatPath,
  formatStep,
  formatValue,
  type Path,
  type QuestionLine,
} from "../tools/question-lines.ts";
import { quote } from "../tools/quote.ts";

/** Lines that only describe the form of the request, or repeat another one. Exactly these: a person must see everything else. */
const TECHNICAL: Readonly<Record<"fact" | "body", readonly string[]>> = {
  fact: ["tool", "request", "ifExists"],
  body: ["updateMask", "connector.id", "connector.appId", "userRef.id"],
};

/** Plain words for what our requests call otherwise; other names stay as they are. */
const WORDS: Readonly<Record<string, string>> = {
  tenant: "Tenant",
  "with the credential": "Credential",
  "asked for by": "Asked for by",
  appId: "App",
  connectorId: "Connector",
  catalogId: "Connector type",
  "connector.catalogId": "Connector type",
  displayName: "Name",
  description: "Description",
  owners: "Owner",
  userId: "Owner",
  userIds: "Owner",
  userRefId: "Owner",
  roleSlug: "Role",
  grantPolicyId: "Grant policy",
  revokePolicyId: "Revoke policy",
  certifyPolicyId: "Certify policy",
  "exists already": "Exists already",
  "not checked": "Not checked",
};

const HOST_KEY = /domain|host|url|endpoint|server|site|tenant|region|address/i;
const HOST_VALUE = /^"(?:https?:\/\/|[\w-]+(?:\.[\w-]+)+")/;

/** The key of a setting for which there may be a title. */
const TITLED_KEY = /^[\w-]+$/;

/** A text as a question has it. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/** The lines of a question for the person at the page. */
export interface PlainLines {
  /** What it means, in plain words: hosts first, because where a secret goes decides whether it should be sent. */
  readonly plain: readonly string[];
  /** The question as it is, line by line, with all ids. */
  readonly exact: readonly string[];
}

/** What is sent for a field of a config. */
interface Setting {
  readonly key: string;
  readonly value: string;
}

export function putPlainly(lines: readonly QuestionLine[], titles: Titles = NO_TITLES): PlainLines {
  const settings = lines.flatMap((line) => settingOf(line) ?? []);
  const hosts: string[] = [];
  const others: string[] = [];
  for (const line of lines) {
    const setting = settingOf(line);
    if (setting) (isHost(setting) ? hosts : others).push(entitle(setting, titles, "Setting "));
    // A setting that had no value before is listed twice, in the same words.
    else if (
      line.kind === "change" &&
      !settings.some((one) => one.key === line.key && one.value === line.value)
    )
      others.push(`Change: ${entitle(line, titles)}`);
    else if (line.kind !== "change" && !isTechnical(line)) others.push(rephrase(line));
  }
  return { plain: [...hosts, ...others], exact: lines.map(formatLine) };
}

/** @param kind comes before a title that does not say what it is the title of. */
function entitle({ key, value }: Setting, { fields, groups }: Titles, kind = ""): string {
  if (key !== GROUP_KEY || groups.size === 0) return `${kind}${fields.get(key) ?? key}: ${value}`;
  const ways = new Map([...groups].map(([name, title]) => [quote(name), quote(title)]));
  return `Way to log in: ${value.replace(QUOTED, (name) => ways.get(name) ?? name)}`;
}

function settingOf(line: QuestionLine): Setting | undefined {
  const [start, first, ...rest] = (line.kind === "body" && configPath(line.path)) || [];
  if (line.kind !== "body" || start !== "configuration" || typeof first !== "string") return undefined;
  const isPlain = TITLED_KEY.test(first);
  const key = isPlain ? first : formatStep(first);
  if (isPlain && rest.length === 1 && rest[0] === "secretRef")
    return { key, value: `secret ${formatValue(line)}` };
  // Entries of a map keep their keys: the title is that of the map.
  return { key: key + rest.map(formatStep).join(""), value: formatValue(line) };
}

function isHost({ key, value }: Setting): boolean {
  return HOST_VALUE.test(value) || (value.startsWith('"') && HOST_KEY.test(key));
}

function isTechnical(line: QuestionLine): boolean {
  if (line.kind === "fact") return TECHNICAL.fact.includes(line.name);
  if (line.kind !== "body") return false;
  const steps = configPath(line.path);
  const isEnvelope = steps?.length === 1 && steps[0] === "@type" && line.value === quote(ENVELOPE_TYPE);
  return isEnvelope || TECHNICAL.body.includes(formatPath(line.path));
}

/** The way to a value within the config that a body contains. */
function configPath([first, ...rest]: Path): Path | undefined {
  if (first === "connector") return rest[0] === "config" ? rest.slice(1) : undefined;
  return first === "config" ? rest : undefined;
}

function rephrase(line: QuestionLine): string {
  if (line.kind !== "fact" && line.kind !== "body") return formatLine(line);
  const name = line.kind === "fact" ? line.name : nameOf(line.path);
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word === undefined) return formatLine(line);
  const { name: title, email, note } = line.explained ?? {};
  // Namesakes are told apart by the id where nothing else does.
  const needsId = title === undefined || (word === "Owner" && email === undefined);
  if (needsId) return `${word}: ${formatValue(line)}`;
  return `${word}: ${[title, email && `e-mail ${email}`, note].filter(Boolean).join(", ")}`;
}

/** Items of a list have the name of the list. */
function nameOf(path: Path): string {
  return formatPath(typeof path.at(-1) === "number" ? path.slice(0, -1) : path);
}
