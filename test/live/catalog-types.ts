import { type ConnectorType, listTypes } from "../../src/connector-types/table.ts";

/** A few types of each kind: plain, with groups, OAuth only, self-hosted, an old version of another one, and a retired one. */
const SAMPLE = [
  "okta",
  "okta_v2",
  "notion",
  "github_v2",
  "ramp",
  "baton",
  "datadog",
  "datadog_v2",
  "tailscale",
];

export function findTypes(slugs: readonly string[]): ConnectorType[] {
  return listTypes().filter(({ slug }) => slugs.includes(slug));
}

export function chooseTypes(all: boolean): readonly ConnectorType[] {
  return all ? listTypes() : findTypes(SAMPLE);
}
