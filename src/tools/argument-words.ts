import { splitWords } from "../find-by-words.ts";
import { nearestName } from "../nearest.ts";

/**
 * Synonyms of our arguments in the words of people, models and other APIs. Used only for hints: no argument is ever renamed by
 * them. If a word fits several arguments, the tool in question decides; if that has two of them, no hint is given.
 */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  displayName: "name title label caption appname applicationname connectorname",
  description: "summary desc details about purpose text",
  instructions: "guidance help howto requestinstructions accessinstructions notes",
  owners: "owner admin admins administrators appowners responsible",
  appEntitlementOwnerRefs: "entitlementowners entitlementrefs entitlements ownerentitlements",
  grantPolicyId: "approvalpolicy requestpolicy grantingpolicy accesspolicy",
  revokePolicyId: "removalpolicy revocationpolicy deprovisionpolicy",
  certifyPolicyId: "certificationpolicy reviewpolicy recertificationpolicy",
  identityMatching: "matching matchby matchingstrategy identitymatch",
  monthlyCostUsd: "cost price monthlycost seatcost costperseat",
  strictAccessEntitlementProvisioning: "strict strictaccess strictprovisioning",
  annotations: "tags labels metadata attributes",
  ifExists: "exists existing duplicate duplicates conflict onconflict ifpresent present",
  dryRun:
    "preview simulate simulation test testonly testrun validate validateonly checkonly plan noop rehearse",
  appId: "app application appname applicationname applicationid targetapp",
  catalogId: "type kind connectortype catalog template integrationtype provider",
  userIds: "users people members owners integrationowners emails admins useremails",
  config:
    "configuration settings setting credentials credential params parameters options properties fields values",
  waitSeconds: "wait timeout seconds waittime waituntil duration",
  connectorId: "connector integration connectorname integrationid",
  replaceWorking: "overwrite replace override replaceexisting",
  userRefId: "user userid person personid email mail useremail owner ownerid owneremail member assignee",
  roleSlug: "role rolename ownerrole",
  query: "q search term text keyword keywords filter name find string searchterm email",
  limit: "size max count top first maxresults pagesize perpage",
  cursor: "page token pagetoken nextcursor nextpage next offset after",
  type: "kind policytype policykind category",
};

/** Words that only describe the form of a value. */
const FORMS: ReadonlySet<string> = new Set([
  "id",
  "ids",
  "ref",
  "refs",
  "slug",
  "value",
  "list",
  "name",
  "names",
  "the",
  "for",
  "if",
  "on",
  "by",
  "of",
]);

/**
 * The argument that an unknown one most likely stands for: a typo, the same word in another form, or a synonym. Undefined if
 * there is none, or more than one.
 */
export function guessArgument(key: string, known: readonly string[]): string | undefined {
  const near = nearestName(key, known);
  if (near !== undefined) return near;
  const words = splitWords(key);
  const telling = words.filter((word) => !FORMS.has(word));
  const whole = words.join("");
  if (whole === "id") return onlyOne(known, (own) => own.endsWith("Id"));
  return (
    onlyOne(known, (own) => othersOf(own).includes(whole)) ??
    onlyOne(known, (own) => isSame(telling.join(""), tellingOf(own))) ??
    onlyOne(known, (own) => othersOf(own).includes(telling.join(""))) ??
    onlyOne(known, (own) =>
      telling.some((word) => isSame(word, tellingOf(own)) || othersOf(own).includes(word)),
    )
  );
}

function onlyOne(known: readonly string[], fits: (own: string) => boolean): string | undefined {
  const [only, ...others] = known.filter(fits);
  return others.length === 0 ? only : undefined;
}

function othersOf(argument: string): readonly string[] {
  return Object.hasOwn(OTHER_WORDS, argument) ? (OTHER_WORDS[argument] ?? "").split(" ") : [];
}

function tellingOf(argument: string): string {
  return splitWords(argument)
    .filter((word) => !FORMS.has(word))
    .join("");
}

function isSame(word: string, other: string): boolean {
  return word !== "" && (word === other || `${word}s` === other || word === `${other}s`);
}

/** Arguments that callers add unasked. A call without them does no less. */
const NEEDLESS =
  /^(?:user_?)?(?:confirm(?:ed|ation)?|approv(?:ed?|al)|force|yes|reason(?:ing)?|justification|explanation|thoughts?|verbose|debug)$/i;

/** Whether an unknown argument can be omitted without loss. */
export function isNeedless(key: string): boolean {
  return NEEDLESS.test(key);
}

const TENANT = /^(?:c1|conductorone)?_?tenant_?(?:id|name|url|domain|host)?$/i;

/** Whether an unknown argument says for which tenant a call is. */
export function isTenant(key: string): boolean {
  return TENANT.test(key);
}
