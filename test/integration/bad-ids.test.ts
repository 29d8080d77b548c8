import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const ENTITLEMENT = "2rZk1Vn8t1xvF6pF2lYh3sQmWcA";

const BAD: readonly [what: string, value: string][] = [
  ["nothing", ""],
  ["a space", " "],
  ["a dot", "."],
  ["two dots", ".."],
  ["a slash", "a/b"],
  ["a backslash", "a\\b"],
  ["encoded dots", "%2e%2e"],
  ["an encoded slash", "a%2fb"],
  ["a way up", "../../x"],
  ["a way up to a real id", `../${APPS.hr.id}`],
  ["a real id and a query", `${APPS.hr.id}?x=1`],
  ["a real id and a fragment", `${APPS.hr.id}#x`],
  ["a real id and a newline", `${APPS.hr.id}\n`],
  ["a real id and a space in it", `${APPS.hr.id.slice(0, 13)} ${APPS.hr.id.slice(13)}`],
  ["10 kB", "x".repeat(10_240)],
  ["10 kB of dots and slashes", "../".repeat(3_413)],
  ["a NUL", "abc\u0000def"],
  ["an escape sequence", "\u001b[31mred"],
  ["a right-to-left override", "\u202eabc"],
  ["full-width digits", "２".repeat(27)],
  ["letters of another script", "а".repeat(27)],
  ["half a surrogate pair", "\ud800"],
];

const BAD_LENGTHS: readonly [what: string, value: string][] = [
  ["26 characters", APPS.hr.id.slice(1)],
  ["28 characters", `${APPS.hr.id}x`],
];

/** Texts in the form of e-mail addresses, which are looked up in a body and belong to nobody. */
const BAD_ADDRESSES: readonly [what: string, value: string][] = [
  ["an address with a way up", "../../x@acme.example"],
  ["an address with encoded dots", "%2e%2e@acme.example"],
  ["an address of nobody", "nobody@acme.example"],
];

interface Place {
  readonly tool: string;
  readonly field: string;
  readonly takes: "id" | "person" | "role" | "cursor";
  args(value: string): Record<string, unknown>;
}

const app = { displayName: "Acme CRM" };
const connector = { appId: APPS.wiki.id, catalogId: OKTA_V2 };
const owner = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id, userRefId: PEOPLE.janeDoe.id };

function place(tool: string, field: string, takes: Place["takes"], base: object): Place {
  return { tool, field, takes, args: (value) => ({ ...base, [field]: value }) };
}

const PLACES: readonly Place[] = [
  place("create_app", "grantPolicyId", "id", app),
  place("create_app", "revokePolicyId", "id", app),
  place("create_app", "certifyPolicyId", "id", app),
  {
    ...place("create_app", "owners", "person", app),
    args: (value) => ({ ...app, owners: [PEOPLE.samLee.id, value] }),
  },
  {
    ...place("create_app", "appEntitlementOwnerRefs.0.appId", "id", app),
    args: (value) => ({ ...app, appEntitlementOwnerRefs: [{ appId: value, id: ENTITLEMENT }] }),
  },
  {
    ...place("create_app", "appEntitlementOwnerRefs.0.id", "id", app),
    args: (value) => ({ ...app, appEntitlementOwnerRefs: [{ appId: APPS.hr.id, id: value }] }),
  },
  place("create_connector", "appId", "id", connector),
  place("create_connector", "catalogId", "id", connector),
  { ...place("create_connector", "userIds", "person", connector), args: personIn(connector) },
  {
    ...place("create_connector", "appId", "id", connector),
    args: (value) => ({ ...connector, appId: value, config: {} }),
  },
  place("add_connector_user_owner", "appId", "id", owner),
  place("add_connector_user_owner", "connectorId", "id", owner),
  place("add_connector_user_owner", "userRefId", "person", owner),
  place("add_connector_user_owner", "roleSlug", "role", owner),
  place("find_connectors", "appId", "id", {}),
  place("find_connectors", "connectorId", "id", { appId: APPS.hr.id }),
  place("find_connectors", "cursor", "cursor", { appId: APPS.hr.id }),
  place("find_apps", "cursor", "cursor", { query: "acme" }),
  place("find_policies", "cursor", "cursor", {}),
  place("find_users", "cursor", "cursor", { query: "jane" }),
];

function personIn(base: object) {
  return (value: string) => ({ ...base, userIds: [value] });
}

/** Makes a call that must be refused, must send no write, and must not put the value into a path. */
async function expectRefusal({ tool, field, args }: Place, value: string, codes: RegExp): Promise<void> {
  rig.forget();
  const { isError, text } = await rig.call(tool, args(value));
  expect(isError, text).toBe(true);
  expect(text).toMatch(codes);
  expect(text).toContain("Nothing was changed.");
  expect(text).toContain(field);
  expect(text.length).toBeLessThan(800);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may come out
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/);
  expect(rig.writes()).toEqual([]);
  for (const { path } of rig.requests()) {
    expect(path).toMatch(
      /^\/api\/v1(\/[a-z]+)+(\/[a-zA-Z0-9]{27})?(\/connectors(\/[a-zA-Z0-9]{27})?)?(\?page_size=\d+)?$/,
    );
    const segments = path.split("/").slice(1);
    for (const spelling of [value, encodeLoosely(value)]) expect(segments).not.toContain(spelling);
  }
}

function encodeLoosely(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

describe.each(PLACES.map((where) => ({ ...where, where })))("$tool $field", ({ where, takes }) => {
  it.each([...BAD, ...(takes === "role" ? [] : BAD_LENGTHS)])("%s is refused", async (_what, value) => {
    await expectRefusal(where, value, /^\[(invalid_arguments|not_found)\]/);
  });

  if (takes === "person") {
    it.each([...BAD_ADDRESSES])("%s belongs to nobody", async (_what, value) => {
      await expectRefusal(where, value, /^\[not_found\]/);
    });
  }

  it.each([[42], [{ id: APPS.hr.id }], [["a"]]])("%j has the wrong type", async (value) => {
    await expectRefusal(where, value as unknown as string, /^\[invalid_arguments\]/);
  });
});

it("find_users accepts any text, and sends it only in a body", async () => {
  for (const [, value] of [...BAD, ...BAD_LENGTHS, ...BAD_ADDRESSES]) {
    rig.forget();
    const { isError, text } = await rig.call("find_users", { query: value });
    expect(isError ? text : "fine").toMatch(/^(fine|\[invalid_arguments\] .*)/);
    expect(rig.requests().map(({ path }) => path)).toEqual(isError ? [] : ["/api/v1/search/users"]);
  }
});

it("the server still works after all of these", async () => {
  const { isError, value } = await rig.call("create_app", app);
  expect(isError).toBe(false);
  expect(value.appId).toMatch(/^[a-zA-Z0-9]{27}$/);
});
