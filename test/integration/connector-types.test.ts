import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConnectorType, listTypes } from "../../src/connector-types/table.ts";
import { APPS } from "../../src/sandbox/seed.ts";
import { conventionalName } from "../../src/tools/connector-config/check.ts";
import { GROUP_KEY, SECRET_KEY } from "../../src/tools/connector-config/spec.ts";
import { createRig, type Rig } from "../support/rig.ts";

const SECRET = (name: string) => `canary-${name.toLowerCase()}-9Zk4`;
const PLAIN = "plain-7Qx2";
const isSecret = ({ key, kind, secret }: ConnectorType["fields"][number]) =>
  kind !== "bool" && (secret || SECRET_KEY.test(key));

const types = listTypes();
const usable = types.filter(({ retired, fields }) => !retired && fields.length > 0);
const withoutFields = types.filter(({ fields }) => fields.length === 0);
const grouped = usable.filter(({ groups }) => groups.length > 0);

const env = Object.fromEntries(
  types
    .flatMap(({ fields }) => fields.filter(isSecret))
    .map(({ key }) => [`C1_MCP_SECRET_${conventionalName(key)}`, SECRET(conventionalName(key))]),
);

let rig: Rig;
let seeded: number;
beforeAll(async () => {
  rig = await createRig({ secrets: { env } });
  seeded = rig.sandbox.state.connectors.length;
});
afterAll(() => rig.close());

/** A value for every field of the type, or of one of its groups. */
function configFor({ fields }: ConnectorType, group?: string): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter(({ groups }) => groups.length === 0 || group === undefined || groups.includes(group))
      .map((field) => [field.key, valueFor(field)]),
  );
}

function valueFor(field: ConnectorType["fields"][number]): unknown {
  const ref = { secretRef: conventionalName(field.key) };
  if (field.kind === "bool") return true;
  if (field.kind === "map") return { key: isSecret(field) ? ref : PLAIN };
  if (isSecret(field)) return ref;
  return field.kind === "list" ? [PLAIN, "two"] : PLAIN;
}

async function create(type: ConnectorType, config: Record<string, unknown> | undefined, more = {}) {
  rig.forget();
  // Otherwise each call would read all connectors created before.
  rig.sandbox.state.connectors.length = seeded;
  const outcome = await rig.call("create_connector", {
    appId: APPS.wiki.id,
    catalogId: type.catalogId,
    ...(config && { config }),
    ifExists: "create",
    ...more,
  });
  expect(outcome.text).not.toContain("canary-");
  // A dry run may show values that are not secret.
  if (outcome.value.dryRun !== true) expect(outcome.text).not.toContain(PLAIN);
  return outcome;
}

describe.each(usable)("$slug", (type) => {
  const ways = type.groups.length > 0 ? type.groups : [undefined];

  it.each(ways)("accepts a complete config (%s)", async (group) => {
    const config = { ...configFor(type, group), ...(group !== undefined && { [GROUP_KEY]: group }) };
    const { isError, text, value } = await create(type, config);
    expect(isError, text).toBe(false);
    expect(value).toMatchObject({ catalogId: type.catalogId });
    expect(value).not.toHaveProperty("unchecked");
    const stored = rig.sandbox.state.connectors.find(({ id }) => id === value.connectorId);
    // The sandbox, which implements the API independently, accepted it.
    expect(stored?.lastError).toBe("");
    for (const field of type.fields.filter(({ key }) => key in config)) {
      const sent = JSON.stringify(stored?.config?.[field.key]);
      expect(sent).toContain(
        isSecret(field)
          ? SECRET(conventionalName(field.key))
          : { text: PLAIN, list: `${PLAIN},two`, bool: "true", map: PLAIN }[field.kind],
      );
    }
  });

  it("shows a dry run of it without secret values", async () => {
    const [group] = ways;
    const config = { ...configFor(type, group), ...(group !== undefined && { [GROUP_KEY]: group }) };
    const { isError, text } = await create(type, config, { dryRun: true });
    expect(isError, text).toBe(false);
    expect(rig.writes()).toEqual([]);
    for (const field of type.fields.filter((each) => isSecret(each) && each.key in config)) {
      expect(text).toContain(`secretRef:${conventionalName(field.key)}`);
    }
    const shown = type.fields.filter(
      ({ key, kind }) => kind === "text" && text.includes(`"${key}":{"stringValue":"${PLAIN}"}`),
    );
    expect(
      shown
        .map(({ key }) => key)
        .filter((key) => /secret|passw|token|key|credential|cert|private/i.test(key)),
    ).toEqual([]);
    if ("okta_v2_domain" in config) expect(shown).toHaveLength(1);
  });
});

describe.each(grouped)("the groups of $slug", (type) => {
  it("are determined by keys that only one of them has, and requested otherwise", async () => {
    for (const group of type.groups) {
      const config = configFor(type, group);
      const fitting = type.groups.filter((other) => {
        const keys = type.fields.filter(({ groups }) => groups.includes(other)).map(({ key }) => key);
        return Object.keys(config).every((key) => keys.includes(key));
      });
      const { isError, text } = await create(type, config);
      if (fitting.length === 1) {
        expect(isError, text).toBe(false);
        expect(JSON.stringify(rig.writes()[0]?.body)).toContain(`"${GROUP_KEY}":{"stringValue":"${group}"}`);
      } else {
        expect(text).toContain(`[invalid_arguments] `);
        expect(text).toContain(`config.${GROUP_KEY}: is needed`);
        for (const name of fitting) expect(text).toContain(name);
        expect(rig.writes()).toEqual([]);
      }
    }
    const { text } = await create(type, {});
    for (const part of [GROUP_KEY, ...type.groups, ...type.fields.map(({ key }) => key)])
      expect(text).toContain(part);
    expect(rig.writes()).toEqual([]);
  });

  it("cannot be mixed", async () => {
    const [first = "", second] = type.groups;
    const foreign = type.fields.find(({ groups }) => !groups.includes(first));
    expect(second).toBeDefined();
    const config = {
      ...configFor(type, first),
      [GROUP_KEY]: first,
      ...(foreign && { [foreign.key]: valueFor(foreign) }),
    };
    const { text } = await create(type, config);
    expect(text).toContain(`config.${foreign?.key}: belongs to `);
    expect(rig.writes()).toEqual([]);
  });
});

describe.each(usable.filter(({ fields }) => fields.some(isSecret)))("the secrets of $slug", (type) => {
  it("are refused as literals, and nothing is sent", async () => {
    const [group] = type.groups;
    const config = configFor(type, group);
    const secrets = type.fields.filter((field) => isSecret(field) && field.key in config);
    for (const { key, kind } of secrets) config[key] = kind === "map" ? { key: PLAIN } : PLAIN;
    if (group !== undefined) config[GROUP_KEY] = group;
    const { text } = await create(type, config);
    if (secrets.length > 0) expect(text).toMatch(/^\[secret_refused\] /);
    for (const { key } of secrets) expect(text).toContain(`config.${key}: is a secret`);
    expect(rig.writes().length).toBe(secrets.length > 0 ? 0 : 1);
  });
});

describe.each(withoutFields)("$slug, which has no config", (type) => {
  it("is created for its owner to complete, and refuses a config", async () => {
    const { isError, text, value } = await create(type, undefined);
    expect(isError, text).toBe(false);
    expect(value.next).toMatch(type.slug === "baton" ? /self-hosted agent/ : /OAuth consent/);
    expect(rig.writes()).toMatchObject([{ operation: "connectors.createDelegated" }]);
    const refused = await create(type, { url: PLAIN });
    expect(refused.text).toContain("Leave config out");
    expect(rig.writes()).toEqual([]);
  });
});

it("no value appeared in audit records or logs of any level, secret or not", () => {
  expect(rig.audits.length).toBeGreaterThan(400);
  for (const value of ["canary-", PLAIN]) {
    expect(JSON.stringify(rig.audits)).not.toContain(value);
    expect(rig.logs.join("\n")).not.toContain(value);
  }
});
