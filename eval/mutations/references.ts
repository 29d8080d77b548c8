import { deriveId } from "../../src/sandbox/ids.ts";
import type { TenantState } from "../../src/sandbox/start.ts";
import { setAt } from "../agent/path.ts";
import type { Random } from "../random.ts";
import { slip } from "./keys.ts";
import type { Ground, Mutant, Mutation } from "./mutation.ts";

/** A text in the arguments that refers to something in the tenant. */
interface Reference {
  readonly path: string;
  readonly value: string;
  readonly kind: "person" | "thing" | "new name";
  /** All rows that it can refer to. */
  readonly rows: readonly { readonly id: string; readonly name: string; readonly email?: string }[];
}

const ID = /^[A-Za-z0-9]{27}$/;

function listReferences({ args, tool, state }: Ground): Reference[] {
  return Object.entries(args).flatMap(([key, value]) => {
    const values = Array.isArray(value)
      ? value.map((item, index) => [`${key}.${index}`, item])
      : [[key, value]];
    return values.flatMap(([path, item]) => {
      if (typeof item !== "string" || typeof path !== "string") return [];
      return describe(path, key, item, tool.name, state) ?? [];
    });
  });
}

function describe(
  path: string,
  key: string,
  value: string,
  tool: string,
  state: TenantState,
): Reference | undefined {
  if (/^(owners|userIds|userRefId)$/.test(key)) {
    const rows = state.users.map(({ id, displayName, email }) => ({ id, name: displayName, email }));
    return {
      path,
      value,
      kind: "person",
      rows: rows.filter((row) => row.id === value || row.email === value),
    };
  }
  if (key === "displayName" && tool.startsWith("create_")) return { path, value, kind: "new name", rows: [] };
  const rows = {
    appId: state.apps,
    connectorId: state.connectors,
    grantPolicyId: state.policies,
    revokePolicyId: state.policies,
    certifyPolicyId: state.policies,
  }[key];
  if (rows === undefined) return key === "catalogId" ? { path, value, kind: "thing", rows: [] } : undefined;
  const named = rows.map(({ id, displayName }) => ({ id, name: displayName }));
  return { path, value, kind: "thing", rows: named.filter((row) => row.id === value || row.name === value) };
}

const eachReference = (
  kind: string,
  change: (reference: Reference, random: Random, state: TenantState) => readonly string[],
): Mutation =>
  function changeReferences(ground): Mutant[] {
    return listReferences(ground).flatMap((reference) =>
      change(reference, ground.random, ground.state)
        .filter((value) => value !== reference.value)
        .map((value) => ({ kind, tool: ground.tool.name, args: setAt(ground.args, reference.path, value) })),
    );
  };

/** Gives the id of an existing object; a new one has none. */
export const giveId = eachReference("id for a name", ({ kind, value, rows }, _random, { apps }) => {
  if (kind === "new name") return [apps[0]?.id ?? ""];
  return ID.test(value) || rows.length !== 1 ? [] : rows.map(({ id }) => id);
});

export const giveName = eachReference("name for an id", ({ rows, value, kind }) =>
  rows.length === 1 && (kind === "person" || ID.test(value)) ? rows.map(({ name }) => name) : [],
);

/** Gives an outdated id, or one that a model invented. */
export const giveStaleId = eachReference("stale id", ({ kind, path, value }) =>
  kind === "new name" ? [] : [deriveId(`stale ${path} ${value}`)],
);

/** Gives a person's e-mail address instead of an object's name. */
export const giveEmail = eachReference("e-mail in a name field", ({ kind }, random, { users }) =>
  kind === "person" ? [] : [random.pick(users).email],
);

export const misspellName = eachReference("near name", ({ kind, value, rows }, random) => {
  const [row] = rows;
  const thing = ID.test(value) ? row?.name : value;
  const name = kind === "person" ? row?.email : thing;
  if (name === undefined || kind === "new name") return [];
  return kind === "person"
    ? [slip(name, random)]
    : [slip(name, random), `the ${name} app`, name.toUpperCase()];
});
