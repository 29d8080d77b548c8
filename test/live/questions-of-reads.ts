import { buildPath } from "../../src/c1/path.ts";
import type { CatalogSchema } from "../../src/c1/port.ts";
import { Failure } from "../../src/errors.ts";
import type { Ask } from "./ask.ts";
import { chooseTypes } from "./catalog-types.ts";
import { sayAnswer } from "./questions-of-writes.ts";

/** A well-formed id of no object. */
const NO_SUCH_ID = "0c1AdminMcpLiveNoSuchObject";

export const catalog: Ask = async (bench, { runName, appId }, note) => {
  const { api, limits, settings } = bench;
  const types = chooseTypes(settings.allTypes);
  for (const type of types) {
    try {
      const schema = await api.catalog.schema(type.catalogId, limits());
      const required = schema.fields.filter((field) => field.required).map(({ name }) => name);
      const strange = schema.fields.filter(({ name }) => !type.fields.some(({ key }) => key === name));
      const missing = type.fields.filter(({ key }) => !schema.fields.some(({ name }) => name === key));
      note(
        type.slug,
        `${schema.fields.length} fields${saySetup(schema)}; required: ${required.join(", ") || "none"}; not in our table: ${
          strange.map(({ name }) => name).join(", ") || "none"
        }; only in our table: ${missing.map(({ key }) => key).join(", ") || "none"}`,
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      note(type.slug, `${error.code}: ${error.message}`);
    }
  }
  const connectors = buildPath("/api/v1/apps/{appId}/connectors", { appId });
  for (const { slug, catalogId } of types.filter(({ retired }) => retired)) {
    const body = { catalogId, displayName: `${runName} retired type` };
    note(
      `a connector of the retired type ${slug}`,
      sayAnswer(await bench.probe(`a ${slug}`, "POST", connectors, body)),
    );
  }
  if (!settings.allTypes) note("types not asked about", "all others: set C1_LIVE_CATALOG=all");
};

export const limitsAndFields: Ask = async (bench, _facts, note) => {
  const search = { pageSize: 10, c1AdminMcpUnknownField: true };
  note(
    "a request field that does not exist",
    sayAnswer(await bench.probe("an unknown request field", "POST", "/api/v1/search/apps", search)),
  );
  const page = await bench.probe("a page of 101", "POST", "/api/v1/search/apps", { pageSize: 101 });
  note("a page of 101 rows", sayAnswer(page));
  const small = await bench.probe("a page of 1", "POST", "/api/v1/search/apps", { pageSize: 1 });
  const rows = small.answer?.list;
  note("a page of 1 row", `${sayAnswer(small)}; ${Array.isArray(rows) ? rows.length : "no"} rows`);
  const notable = new Map(bench.seen.flatMap((one) => Object.entries(one.notable)));
  const found = [...notable].map(([name, value]) => `${name}: ${value}`).join("; ");
  note("headers about limits, retries or idempotency", found || "none in any answer");
  note("answers with 429", String(bench.seen.filter(({ status }) => status === 429).length));
  note("all headers seen", [...new Set(bench.seen.flatMap(({ headers }) => headers))].sort().join(", "));
};

export const authentication: Ask = async (bench, _facts, note) => {
  const { kind } = bench.settings.tenant.credential;
  note("kind of the credential", kind);
  for (const one of bench.seen.filter(({ path }) => path === "/auth/v1/token")) {
    note("the client's token requests", `${sayAnswer(one)}, expires_in ${one.answer?.expires_in}`);
  }
  const probe = await bench.probeSecretFlow();
  note(
    "the secret itself in the token request",
    probe ? `${sayAnswer(probe)}, expires_in ${probe.answer?.expires_in}` : "not tried: no client secret",
  );
};

export const identity: Ask = async (bench, _facts, note) => {
  const me = await bench.api.session.introspect(bench.limits());
  note("roles", me.roles.join(", ") || "none");
  note("permissions", `${me.permissions.length}: ${me.permissions.slice(0, 200).join(", ")}`);
  note("user and principal", `user ${me.userId ? "yes" : "no"}, principal ${me.principalId ? "yes" : "no"}`);
  const app = buildPath("/api/v1/apps/{id}", { id: NO_SUCH_ID });
  note("an app that does not exist", sayAnswer(await bench.probe("an unknown app", "GET", app)));
  const connectors = await bench.probe("connectors of an unknown app", "GET", `${app}/connectors`);
  note("connectors of an app that does not exist", sayAnswer(connectors));
  const user = buildPath("/api/v1/users/{id}", { id: NO_SUCH_ID });
  note("a user that does not exist", sayAnswer(await bench.probe("an unknown user", "GET", user)));
  note("a malformed id", sayAnswer(await bench.probe("a malformed id", "GET", "/api/v1/apps/nonsense")));
};

function saySetup({ isOauth2, requiresExternalConnector }: CatalogSchema): string {
  if (isOauth2) return ", OAuth";
  return requiresExternalConnector ? ", self-hosted" : "";
}
