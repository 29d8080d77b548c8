import { describe, expect, it } from "vitest";
import { listTypes } from "../../../../src/connector-types/table.ts";
import { buildConfig } from "../../../../src/tools/connector-config/build.ts";
import { listChanges } from "../../../../src/tools/connector-config/changes.ts";
import { maskUrlUser } from "../../../../src/tools/connector-config/mask.ts";
import { isPlainField, maskTokens } from "../../../../src/tools/connector-config/plain.ts";
import { createRun, fromTable, NOTHING_KNOWN, REF } from "./specs.ts";

describe("a field whose value a preview shows", () => {
  it.each([
    ["okta_v2", "okta_v2_domain", true],
    ["okta_v2", "okta_v2_api_token", false],
    ["okta_v2", "not_of_this_type", false],
    ["okta_v2", "toString", false],
    // Marked as no secret in the table, and doubtful all the same.
    ["netsuite", "netsuite_consumer_key", false],
    ["trello", "api-key", false],
  ])("%s: %s: %s", (slug, key, shown) => {
    expect(isPlainField(key, fromTable(slug))).toBe(shown);
  });

  it("is none of a type that nothing is known of", () => {
    expect(isPlainField("domain", NOTHING_KNOWN)).toBe(false);
  });

  it("is never called as a credential is, in no type of the table", () => {
    const shown = listTypes().flatMap(({ slug, fields }) =>
      fields
        .filter(({ key, kind }) => kind !== "bool" && isPlainField(key, fromTable(slug)))
        .map(({ key }) => key),
    );
    expect(shown).toContain("okta_v2_domain");
    expect(shown.filter((key) => /secret|passw|token|key|credential|cert|private/i.test(key))).toEqual([]);
  });
});

describe("what looks like a secret in such a field", () => {
  it.each([
    ["acme.okta.example", "acme.okta.example"],
    [
      "https://acme-production-environment2.okta.example/api/v1",
      "https://acme-production-environment2.okta.example/api/v1",
    ],
    ["arn:aws:iam::123456789012:role/ConductorOne", "arn:aws:iam::123456789012:role/ConductorOne"],
    ["8a3c1f6e-55aa-4a0b-9d1e-2f6f0a7f9b10", "8a3c1f6e-55aa-4a0b-9d1e-2f6f0a7f9b10"],
    ["jane.doe@acme.example", "jane.doe@acme.example"],
    ["https://jane:hunter22@acme.example/x", "https://***@acme.example/x"],
    ["HTTPS://okta.example:x@evil.example", "HTTPS://***@evil.example"],
    ["https://a@b@evil.example/@c", "https://***@evil.example/@c"],
    ["https://acme.example/?token=abc&site=1#key=x", "https://acme.example/?token=***&site=***#key=***"],
    ["00abcDEFghiJKLmnoPQRstuVWXyz0123456789abcd", "***"],
    ["acme.example,ghp_0123456789abcdefGHIJ", "acme.example,***"],
    ["d41d8cd98f00b204e9800998ecf8427e", "***"],
  ])("%s -> %s", (value, shown) => {
    expect(maskTokens(value)).toBe(shown);
  });

  it("is found in no time in a long value", () => {
    const long = `${"x-".repeat(100_000)}:`;
    expect(maskTokens(long)).toBe(long);
    expect(maskTokens("://".repeat(100_000))).toHaveLength(300_000);
    expect(maskUrlUser(`https://${"@".repeat(100_000)}`)).toBe("https://***@");
  });
});

it("a preview shows the plain values, names of secrets, and no other value", async () => {
  const config = {
    okta_v2_domain: "https://jane:hunter22@acme.okta.example",
    okta_v2_api_token: REF,
    not_of_this_type: "evil.example",
  };
  const { shown } = await buildConfig(
    config,
    fromTable("okta_v2"),
    createRun({ OKTA: "okta-hunter22" }, false).run,
  );
  expect(shown.configuration).toEqual({
    okta_v2_domain: { stringValue: "https://***@acme.okta.example" },
    okta_v2_api_token: { stringValue: "secretRef:OKTA" },
    not_of_this_type: { stringValue: "***" },
  });
});

it("a change of what is masked in an address is a change", () => {
  const shown = new Map([["url", maskUrlUser("https://jane:old@acme.example")]]);
  const configuration = { url: maskUrlUser("https://jane:new@acme.example") };
  expect(listChanges({ configuration }, shown, [])).toEqual([
    'url: "https://***@acme.example" -> "https://***@acme.example"',
  ]);
});
