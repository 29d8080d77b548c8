/** Asked by the page's buttons instead. */
const QUESTION = "Send this change to ConductorOne?";

/** Lines that only describe the form of the request, or repeat another one. Exactly these: a person must see everything else. */
const TECHNICAL =
  /^(?:tool|request|updateMask|ifExists|connector\.id|connector\.appId|userRef\.id): |^(?:connector\.)?config\["@type"\]: "type\.googleapis\.com\/c1\.api\.app\.v1\.EnvConfig"$/;

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
  change: "Change",
  "exists already": "Exists already",
  "not checked": "Not checked",
};

/** An id with what the tenant calls it. */
const NAMED = /^"\w{27}" \(name (".*)\)$/;

const LOOKS_LIKE_HOST =
  /(?:domain|host|url|endpoint|server|site|tenant|region|address)[^:]*: "|: "(?:https?:\/\/|[\w-]+(?:\.[\w-]+)+")/i;

/** The lines of a question for the person at the page. */
export interface PlainLines {
  /** What it means, in plain words: hosts first, because where a secret goes decides whether it should be sent. */
  readonly plain: readonly string[];
  /** The question as it is, line by line, with all ids. */
  readonly exact: readonly string[];
}

/**
 * @param lines as `questionFor` makes them: a name of ours or a quoted one, a colon, and a value in which nothing is hidden.
 * @param titles of settings, by key.
 */
export function putPlainly(
  lines: readonly string[],
  titles: ReadonlyMap<string, string> = new Map(),
): PlainLines {
  const exact = lines.filter((line) => line !== QUESTION);
  const all = exact.filter((line) => !TECHNICAL.test(line)).map(rephrase);
  const plain = all.filter(
    (line) => !line.startsWith(CHANGE) || !all.includes(SETTING + line.slice(CHANGE.length)),
  );
  const isFirst = (line: string) => line.startsWith(SETTING) && LOOKS_LIKE_HOST.test(line);
  const sorted = [...plain.filter(isFirst), ...plain.filter((line) => !isFirst(line))];
  return { plain: sorted.map((line) => entitle(line, titles)), exact };
}

const SETTING = "Setting ";

/** A setting that had no value before is listed twice, in the same words. */
const CHANGE = "Change: ";

/** Entries of a map keep their keys: the title is that of the map. */
function entitle(line: string, titles: ReadonlyMap<string, string>): string {
  return line.replace(
    /^(Setting |Change: )([\w-]+)(?=: )/,
    (_start, kind: string, key: string) => kind + (titles.get(key) ?? key),
  );
}

function rephrase(line: string): string {
  const setting = /^(?:connector\.)?config\.configuration(?:\.|(?=\[))(.*)$/s.exec(line)?.[1];
  if (setting !== undefined)
    return (
      SETTING + setting.replace(/^\["([\w-]+)"\]/, "$1").replace(/^([\w-]+)\.secretRef: /, "$1: secret ")
    );
  const [, name = "", value = ""] = /^([\w. ]+?)(?:\[\d+\])?: (.*)$/s.exec(line) ?? [];
  const word = Object.hasOwn(WORDS, name) ? WORDS[name] : undefined;
  if (word === undefined) return line;
  // Namesakes are told apart by the id where nothing else does.
  const isPerson = word === "Owner";
  const shown = NAMED.exec(value)?.[1];
  return shown === undefined || (isPerson && !shown.includes(", e-mail "))
    ? `${word}: ${value}`
    : `${word}: ${shown}`;
}
