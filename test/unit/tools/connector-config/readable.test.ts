import { describe, expect, it } from "vitest";
import { buildConfig } from "../../../../src/tools/connector-config/build.ts";
import type { TypeSpec } from "../../../../src/tools/connector-config/spec.ts";
import { createRun, fromTable, NOTHING_KNOWN, REF } from "./specs.ts";

const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";
const SECRETS = { OKTA: "okta-hunter22", OTHER: "other-hunter22" };

const readableOf = async (config: Record<string, unknown>, spec: TypeSpec = fromTable("okta_v2")) =>
  (await buildConfig(config, spec, createRun(SECRETS, true).run)).readable;

const inEnvelope = (configuration: object) => ({ "@type": ENV_CONFIG, configuration });

describe("a config for the person who must agree to it", () => {
  it("shows each value, and secrets by name", async () => {
    const config = {
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: REF,
      okta_sync_secrets: true,
      headers: { accept: "json", "x-token": { secretRef: "OTHER" } },
      sites: ["a", 2],
    };
    expect(await readableOf(config)).toEqual(
      inEnvelope({
        okta_v2_domain: "acme.okta.example",
        okta_v2_api_token: { secretRef: "OKTA" },
        okta_sync_secrets: "true",
        headers: { accept: "json", "x-token": { secretRef: "OTHER" } },
        sites: "a,2",
      }),
    );
  });

  it("masks literal secrets, but not booleans", async () => {
    const config = {
      okta_v2_domain: "acme.okta.example",
      okta_v2_api_token: "hunter22",
      my_password: "hunter22",
      sync_tokens: true,
      headers: { "x-api-key": "hunter22", accept: "json" },
      tokens: { accept: "hunter22" },
    };
    expect(await readableOf(config)).toEqual(
      inEnvelope({
        okta_v2_domain: "acme.okta.example",
        okta_v2_api_token: "***",
        my_password: "***",
        sync_tokens: "true",
        headers: { "x-api-key": "***", accept: "json" },
        tokens: { accept: "***" },
      }),
    );
  });

  it("shows the host of an address without its credentials, also in unknown fields", async () => {
    const { configuration } = await readableOf({
      okta_v2_domain: "https://okta.example:hunter22@evil.example",
      endpoint: "https://evil.example/x?y=1",
    });
    expect(configuration).toEqual({
      okta_v2_domain: "https://***@evil.example",
      endpoint: "https://evil.example/x?y=1",
    });
  });

  it("names the login method", async () => {
    expect(await readableOf({ github_access_token: REF }, fromTable("github_v2"))).toEqual(
      inEnvelope({
        github_access_token: { secretRef: "OKTA" },
        C1_selected_field_group_name: "github_personal_access_token_group",
      }),
    );
  });

  it("keeps a key that has the same name as the message type apart", async () => {
    const config = { "@type": ENV_CONFIG, configuration: { "@type": "other.Config", host: "evil.example" } };
    expect(await readableOf(config, NOTHING_KNOWN)).toEqual(config);
  });

  it("shows only the structure of a foreign message, whose secrets are unknown", async () => {
    const config = { "@type": "type.googleapis.com/other.Config", a: { b: ["hunter22", 5] } };
    expect(await readableOf(config, NOTHING_KNOWN)).toEqual({ ...config, a: { b: ["***", "***"] } });
  });
});
