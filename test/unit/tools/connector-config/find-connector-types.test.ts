import { describe, expect, it } from "vitest";
import { listTypes } from "../../../../src/connector-types/table.ts";
import { findConnectorTypes } from "../../../../src/tools/find-connector-types.ts";
import { idOf } from "../../../support/fake-api.ts";
import { createBench } from "../../../support/tool-bench.ts";
import { live } from "./specs.ts";

const OKTA = { name: "Okta v2", slug: "okta_v2", catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7" };

describe("a search", () => {
  it("lists the matches, best first, without asking the tenant", async () => {
    const bench = createBench();
    const { items, ...rest } = await bench.succeed(findConnectorTypes, { query: "okta" });
    expect((items as { slug: string }[]).map(({ slug }) => slug)).toEqual([
      "okta_v2",
      "okta",
      "okta_aws_federation",
      "okta_ciam",
    ]);
    expect(items).toContainEqual(OKTA);
    expect(rest).toEqual({ more: "Newer versions: okta_v2 (of okta)." });
    expect(bench.api.reached).toEqual([]);
  });

  it("says that none of the matches has the name", async () => {
    const moreOf = async (query: string) =>
      (await createBench().succeed(findConnectorTypes, { query })).more as string | undefined;
    expect(await moreOf("okta_v3")).toBe(
      "None of these has exactly this name. Newer versions: okta_v2 (of okta).",
    );
    expect(await moreOf("tailscal")).toMatch(/^None of these has exactly this name\./);
    for (const query of ["okta", "Okta", "tailscale", ""])
      expect((await moreOf(query)) ?? "").not.toMatch(/None/);
  });

  it("marks a retired one", async () => {
    const { items } = await createBench().succeed(findConnectorTypes, { query: "tailscale" });
    expect(items).toMatchObject([{ slug: "tailscale_v2" }, { slug: "tailscale", retired: true }]);
    expect((items as object[])[0]).not.toHaveProperty("retired");
  });

  it("shows ten and says that there are more; no match is not an error", async () => {
    const bench = createBench();
    const all = await bench.succeed(findConnectorTypes, { query: "" });
    expect(all).toMatchObject({ items: { length: 10 }, more: "More types match: narrow the query." });
    expect(JSON.stringify(all).length).toBeLessThan(2_000);
    expect(await bench.succeed(findConnectorTypes, { query: "zzzz" })).toEqual({
      items: [],
      more: expect.stringMatching(
        /^Nothing like it in this server's table of 20\d\d-\d\d-\d\d; C1's catalog is larger/,
      ),
    });
  });
});

describe("one type", () => {
  it("from the tenant, with our secret marks", async () => {
    const bench = createBench({
      getSchema: async () =>
        live(
          [
            { name: "okta_v2_domain", required: true, help: "such as\nacme.okta.com" },
            { name: "okta_v2_api_token", required: true },
            { name: "region", options: ["us", "eu"] },
            { name: "consent", kind: "other" },
          ],
          { groups: [{ name: "g", label: "Group", isDefault: true, fields: ["region"] }] },
        ),
    });
    for (const query of ["okta_v2", OKTA.catalogId, "Okta v2"]) {
      expect(await bench.succeed(findConnectorTypes, { query })).toEqual({
        items: [OKTA],
        type: {
          setup: "config",
          source: "live",
          tableDate: expect.any(String),
          fields: [
            { key: "okta_v2_domain", kind: "text", required: true, help: "such as acme.okta.com" },
            { key: "okta_v2_api_token", kind: "text", secret: true, required: true },
            { key: "region", kind: "text", options: ["us", "eu"] },
          ],
          groups: [{ name: "g", label: "Group", default: true, keys: ["region"] }],
        },
      });
    }
    expect(bench.argsOf("getSchema")).toEqual([[OKTA.catalogId], [OKTA.catalogId], [OKTA.catalogId]]);
  });

  it("from our table with its date, and a note, if the tenant does not describe it", async () => {
    expect(await createBench().succeed(findConnectorTypes, { query: "ramp" })).toEqual({
      items: [{ name: "Ramp V2", slug: "ramp", catalogId: "301AOhxbzA3Ov3aOPtcEqBQ4zNf" }],
      type: { setup: "oauth", source: "table", tableDate: expect.any(String), fields: [] },
      unchecked: ["config fields of the type (not_found)"],
    });
  });

  it("that only the tenant knows", async () => {
    const bench = createBench({ getSchema: async () => live([{ name: "url" }], { name: "Brand\u202eNew" }) });
    expect(await bench.succeed(findConnectorTypes, { query: idOf("new") })).toEqual({
      items: [{ name: "Brand New", catalogId: idOf("new") }],
      type: { setup: "config", source: "live", fields: [{ key: "url", kind: "text" }] },
    });
  });

  it("that nobody knows", async () => {
    const bench = createBench();
    expect(await bench.fail(findConnectorTypes, { query: idOf("new") })).toMatch(/^\[not_found\] /);
  });

  it("an old or retired one by its id", async () => {
    const { items } = await createBench().succeed(findConnectorTypes, {
      query: "26EAV0cMlU4hRYPBfKg42KhgJZI",
    });
    expect(items).toMatchObject([{ slug: "tailscale", retired: true }]);
  });

  it("stays below 2 KB for every type of the table; help texts are dropped first, with a note", async () => {
    const help = `a long text ${"that explains where in the product this value is found, ".repeat(3)}`;
    let cut = 0;
    for (const { catalogId, fields } of listTypes()) {
      const bench = createBench({
        getSchema: async () => live(fields.map(({ key, kind }) => ({ name: key, kind, help }))),
      });
      const result = await bench.succeed(findConnectorTypes, { query: catalogId });
      const text = JSON.stringify(result);
      expect(text.length).toBeLessThan(2_000);
      const isCut = fields.length > 0 && !text.includes("a long text");
      expect(result.more).toBe(isCut ? "Help texts left out; the C1 console shows them." : undefined);
      if (fields.length < 5) expect(isCut).toBe(false);
      if (isCut) cut += 1;
    }
    expect(cut).toBeGreaterThan(0);
  });
});
