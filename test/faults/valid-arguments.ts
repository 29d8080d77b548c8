import fc from "fast-check";
import { APPS, CONNECTORS, PEOPLE, POLICIES } from "../../src/sandbox/seed.ts";
import { flattenText } from "../../src/text.ts";

/** A write that the seeded tenant accepts. */
export interface ValidCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Secrets that the rig for these calls must have. */
export const SECRETS = { OKTA_TOKEN: "00valid-okta-token", JIRA_KEY: "jira-valid-key-7" };

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const NOT_IN_OUR_TABLE = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
const ENTITLEMENT = "2rZk1Vn8t1xvF6pF2lYh3sQmWcA";

const ACTIVE = [
  PEOPLE.janeDoe,
  PEOPLE.samLee,
  PEOPLE.priya,
  PEOPLE.miguel,
  PEOPLE.zoe,
  PEOPLE.yuki,
  PEOPLE.omar,
];
const person = fc.constantFrom(
  ...ACTIVE.map(({ id }) => id),
  ...ACTIVE.map(({ email }) => email),
  ...ACTIVE.map(({ email }) => email.toUpperCase()),
);
const people = fc.array(person, { maxLength: 5 });

const NOT_LATIN = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]+/gu;

/** One line of text, with characters that JSON and paths must escape. Letters of other alphabets form words of their own. */
const words = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .map((text) => text.replace(/\p{C}/gu, " ").replace(NOT_LATIN, " $& "))
  .map(flattenText)
  .filter((text) => text !== "");

let names = 0;
/** Every name is new, so that no object of that name exists. */
const newName = words.map((text) => {
  names += 1;
  return `${text} ${names}`;
});

const annotationKey = fc.stringMatching(/^[A-Za-bd-z][A-Za-z0-9._-]{0,20}$/);
const annotationValue = fc.stringMatching(/^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{0,40}$/);

const createApp = fc.record(
  {
    displayName: newName,
    description: words,
    instructions: fc.tuple(words, words).map((lines) => lines.join("\n")),
    owners: people,
    appEntitlementOwnerRefs: fc.constantFrom([], [{ appId: APPS.hr.id, id: ENTITLEMENT }]),
    grantPolicyId: fc.constantFrom(POLICIES.managerApproval.id, POLICIES.managerApproval.displayName),
    revokePolicyId: fc.constantFrom(POLICIES.revoke.id, POLICIES.revoke.displayName),
    certifyPolicyId: fc.constantFrom(POLICIES.certify.id, POLICIES.certify.displayName.toUpperCase()),
    identityMatching: fc.constantFrom(
      "APP_USER_IDENTITY_MATCHING_STRICT",
      "APP_USER_IDENTITY_MATCHING_CUSTOM",
    ),
    monthlyCostUsd: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    strictAccessEntitlementProvisioning: fc.boolean(),
    annotations: fc.dictionary(annotationKey, annotationValue, { maxKeys: 5 }),
    ifExists: fc.constantFrom("fail", "reuse", "create"),
  },
  { requiredKeys: ["displayName"] },
);

const app = fc.constantFrom(APPS.wiki.id, APPS.wiki.displayName, APPS.slack.id, APPS.hr.id);
const connector = { appId: app, description: words, userIds: people, ifExists: fc.constant("create") };

const delegated = fc.record(
  {
    ...connector,
    catalogId: fc.constantFrom(OKTA_V2, "okta_v2", "jira_cloud_v2", "GitLab"),
    displayName: words,
  },
  { requiredKeys: ["appId", "catalogId", "ifExists"] },
);

const oktaConfig = fc.record(
  {
    okta_v2_domain: fc.stringMatching(/^[a-z0-9-]{4,20}\.okta\.example$/),
    okta_v2_api_token: fc.constant({ secretRef: "OKTA_TOKEN" }),
    okta_sync_custom_roles: fc.boolean(),
    okta_skip_secondary_emails: fc.boolean(),
  },
  { requiredKeys: ["okta_v2_domain", "okta_v2_api_token"] },
);
const okta = fc.record(
  { ...connector, catalogId: fc.constantFrom(OKTA_V2, "okta_v2"), config: oktaConfig },
  { requiredKeys: ["appId", "catalogId", "config", "ifExists"] },
);

/** A config of an unknown type: keys and values of all kinds. */
const freeConfig = fc.dictionary(
  fc.stringMatching(/^[a-z][a-z0-9_]{0,20}$/).filter((key) => !/token|secret|key|pass|cred|auth/.test(key)),
  fc.oneof(
    words,
    fc.boolean(),
    fc.integer(),
    fc.array(fc.stringMatching(/^[a-z0-9]{1,8}$/), { minLength: 1 }),
  ),
  { maxKeys: 5 },
);
const unknownType = fc.record(
  { ...connector, catalogId: fc.constant(NOT_IN_OUR_TABLE), config: freeConfig },
  { requiredKeys: ["appId", "catalogId", "config", "ifExists"] },
);

const place = fc.constantFrom(
  { appId: APPS.github.id, connectorId: CONNECTORS.github.id },
  { appId: APPS.github.displayName, connectorId: CONNECTORS.github.displayName },
  { appId: CONNECTORS.hrOkta.appId, connectorId: CONNECTORS.hrOkta.id },
);
const owner = fc
  .tuple(place, person, fc.constantFrom({}, { roleSlug: "primary" }))
  .map(([where, userRefId, role]) => ({ ...where, userRefId, ...role }));

const named = (tool: string, args: fc.Arbitrary<object>): fc.Arbitrary<ValidCall> =>
  args.map((given) => ({ tool, args: { ...given } }));

export const anyValidCall: fc.Arbitrary<ValidCall> = fc.oneof(
  named("create_app", createApp),
  named("create_connector", fc.oneof(delegated, okta, unknownType)),
  named("add_connector_user_owner", owner),
);
