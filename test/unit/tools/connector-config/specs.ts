import type { CatalogSchema } from "../../../../src/c1/port.ts";
import { listTypes } from "../../../../src/connector-types/table.ts";
import { Failure } from "../../../../src/errors.ts";
import { checkConfig } from "../../../../src/tools/connector-config/check.ts";
import { describeType, type TypeSpec } from "../../../../src/tools/connector-config/spec.ts";
import type { Run } from "../../../../src/tools/job.ts";
import { createFakeApi } from "../../../support/fake-api.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";

/** A type as our table describes it. */
export function fromTable(slug: string, live?: CatalogSchema): TypeSpec {
  const type = listTypes().find((candidate) => candidate.slug === slug);
  if (!type) throw new Error(`no type ${slug}`);
  return describeType(type.catalogId, type, live);
}

type Given = Partial<CatalogSchema["fields"][number]> & { name: string };

/** A type as a tenant describes it. */
export function live(fields: readonly Given[], more: Partial<CatalogSchema> = {}): CatalogSchema {
  return {
    isOauth2: false,
    requiresExternalConnector: false,
    fields: fields.map((field) => ({ kind: "text", secret: false, required: false, ...field })),
    groups: [],
    ...more,
  };
}

/** A type that our table lacks. */
export const onlyLive = (schema: CatalogSchema): TypeSpec => describeType("2new", undefined, schema);

export const NOTHING_KNOWN: TypeSpec = describeType("2new", undefined, undefined);

/** Okta as a tenant describes it: required fields, secrets, and a field that only a person can fill in. */
export const OKTA_LIVE = fromTable(
  "okta_v2",
  live([
    { name: "okta_v2_domain", required: true },
    { name: "okta_v2_api_token", required: true, secret: true },
    { name: "okta_sync_secrets", kind: "bool", required: true },
    { name: "region", options: ["us", "eu"] },
    { name: "org", kind: "other", required: true },
  ]),
);

/** The name of a configured secret. */
export const REF = { secretRef: "OKTA" };

/** A complete config for Okta. */
export const GOOD = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: REF };

/** The problems, by key. */
export function problemsOf(config: Record<string, unknown>, spec: TypeSpec, inlineSecrets = false): string[] {
  return checkConfig(config, spec, { inlineSecrets }).problems.map(
    ({ key, message }) => `${key}: ${message}`,
  );
}

/** A run with secrets; the rest does not matter. */
export function createRun(secrets: Readonly<Record<string, string>> = {}, inline = false) {
  const reads: string[] = [];
  const clock = createFakeClock();
  const run: Run = {
    api: createFakeApi(),
    call: { signal: new AbortController().signal, deadline: clock.steady() + 1_000 },
    tenant: "t",
    clock,
    unchecked: [],
    absent: [],
    offBy: () => undefined,
    needsConsent: () => false,
    secrets: {
      inline,
      async read(name) {
        reads.push(name);
        const value = secrets[name];
        if (value !== undefined) return value;
        throw new Failure("not_configured", `There is no secret ${name}.`, { next: `Set ${name}.` });
      },
      names: async () => Object.keys(secrets),
    },
  };
  return { run, reads };
}
