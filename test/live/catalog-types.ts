import { type ConnectorType, listTypes } from "../../src/connector-types/table.ts";

/** A few of each kind: plain, with groups, OAuth only, self-hosted, an old version beside a new one, one known as retired. */
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
