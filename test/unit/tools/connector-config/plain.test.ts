import { describe, expect, it } from "vitest";
import { listTypes } from "../../../../src/connector-types/table.ts";
import { buildConfig } from "../../../../src/tools/connector-config/build.ts";
import { listChanges, showToCallers } from "../../../../src/tools/connector-config/changes.ts";
import { maskUrlUser } from "../../../../src/tools/connector-config/mask.ts";
import { isPlainField, maskTokens } from "../../../../src/tools/connector-config/plain.ts";
import { TO_BE_TYPED } from "../../../../src/tools/connector-config/readable.ts";
import { formatChange } from "../../../../src/tools/question-lines.ts";
import { createRun, fromTable, NOTHING_KNOWN, REF } from "./specs.ts";

describe("a field whose value a preview shows", () => {
  it.each([
    ["okta_v2", "okta_v2_domain", true],
    ["okta_v2", "okta_v2_api_token", false],
    ["okta_v2", "not_of_this_type", false],
    ["okta_v2", "toString", false],
    // Not secret by the table, but doubtful by name.
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
    ["D41D8CD98F00B204E9800998ECF8427E", "***"],
    ["https://acme.example:8443/team@acme", "https://acme.example:8443/team@acme"],
    ["https://acme.example/a:b@c", "https://acme.example/a:b@c"],
    ["ldaps://dc1.acme.example:636", "ldaps://dc1.acme.example:636"],
    ["CN=Jane Doe,OU=People,DC=acme,DC=example", "CN=Jane Doe,OU=People,DC=acme,DC=example"],
    ["sk-eu.acme.example, AKIANDA", "sk-eu.acme.example, AKIANDA"],
    [
      "https://acme.example/services/directory-of-all-people",
      "https://acme.example/services/directory-of-all-people",
    ],
    ["jane:p4ss@acme.example", "***@acme.example"],
    ["host=x user=jane:p4ss@acme.example", "host=x user=***@acme.example"],
    ["https://jane:p/ss@acme.example", "https://***@acme.example"],
    ["https://jane:p?ss#1@acme.example/x", "https://***@acme.example/x"],
    ["https://jane:p ss@acme.example", "https://***@acme.example"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "***"],
    ["xoxb-1234567890-abcdefghij", "***"],
    ["AKIAIOSFODNN7EXAMPLE", "***"],
    ["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "***"],
    ["eyJhbGciOiJub25lIn0.eyJh.c2ln", "***"],
    ["-----BEGIN PRIVATE KEY----- MIIEvQ", "***"],
    ["password=hunter2;host=acme.example", "password=***;host=acme.example"],
    [
      "https://hooks.slack.com/services/T0AB/B0CD/abcdefghijklmnopqrstuvwx",
      "https://hooks.slack.com/services/T0AB/B0CD/***",
    ],
  ])("%s -> %s", (value, shown) => {
    expect(maskTokens(value)).toBe(shown);
  });

  it("is found in no time in a long value", () => {
    const long = `${"x-".repeat(100_000)}:`;
    expect(maskTokens(long)).toBe(long);
    expect(maskTokens("://".repeat(100_000))).toHaveLength(300_000);
    for (const part of [",", "a:", "://a:", "eyJaaaaa.", "https://a/", "secret=", "gh"])
      expect(maskTokens(part.repeat(50_000)).length).toBeGreaterThan(2);
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
  expect(listChanges({ configuration }, shown, []).map(formatChange)).toEqual([
    'url: "https://***@acme.example" -> "https://***@acme.example"',
  ]);
});

it("changes for a caller hide the values of doubtful fields, and not what a person types or where it is read", () => {
  const configuration = {
    netsuite_consumer_key: "new-canary",
    netsuite_token_secret: { secretRef: "VAULT" },
    odd: { entry: "map-canary", secretRef: "not a name, canary" },
    netsuite_consumer_secret: TO_BE_TYPED,
  };
  const shown = new Map([["netsuite_consumer_key", "old-canary"]]);
  const changes = listChanges({ configuration }, shown, [], showToCallers(fromTable("netsuite")));
  expect(changes.map(formatChange)).toEqual([
    'netsuite_consumer_key: "***" -> "***"',
    'netsuite_token_secret: {"secretRef":"VAULT"}',
    'odd: {"entry":"***","secretRef":"***"}',
    `netsuite_consumer_secret: "${TO_BE_TYPED}"`,
  ]);
});
