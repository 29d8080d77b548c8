import { expect, it } from "vitest";
import { type Failure, formatFailure } from "../../../../src/errors.ts";
import { resolveType } from "../../../../src/tools/connector-config/resolve-type.ts";

const failureOf = (ref: string) =>
  resolveType("catalogId", ref).then(
    () => "",
    (error: Failure) => formatFailure(error),
  );

it("accepts an id, a slug or a name", async () => {
  for (const ref of ["2kG3aTftCcAvWtHZt2Ywry0dPn7", "okta_v2", " Okta V2 "]) {
    expect(await resolveType("catalogId", ref)).toMatchObject({
      catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7",
      type: { slug: "okta_v2" },
    });
  }
  const unknown = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
  expect(await resolveType("catalogId", unknown)).toEqual({ catalogId: unknown, type: undefined });
  // An old or retired type only by its id.
  expect(await resolveType("catalogId", "26EAV0cMlU4hRYPBfKg42KhgJZI")).toMatchObject({
    type: { slug: "tailscale" },
  });
});

it.each([
  [
    "okta",
    '"Okta v2 (okta_v2)", newer version [2kG3aTftCcAvWtHZt2Ywry0dPn7]; "Okta (okta)", older version [23w9L3qudsiSZQJ8jUP1KYyQqVW]',
  ],
  [
    "tailscale",
    '"Tailscale v2 (tailscale_v2)", newer version [2zvVTe8SQT4qEcTTMXJTrmG9OwV]; "Tailscale (tailscale)", retired [26EAV0cMlU4hRYPBfKg42KhgJZI]',
  ],
])("%s is not guessed", async (ref, candidates) => {
  expect(await failureOf(ref)).toBe(
    `[ambiguous_reference] catalogId: more than one connector type answers to "${ref}": ${candidates}. Nothing was changed. Ask which one is meant and pass its id.`,
  );
});

it("an unknown word gets near matches, or the tool to look with", async () => {
  expect(await failureOf("entra")).toBe(
    '[not_found] catalogId: this server knows no connector type called "entra". Nothing was changed. Close: "Microsoft Entra (microsoft_entra)" [2UUdYir252rR6PVSASeUFNaJOIB]. Ask which one is meant.',
  );
  expect(await failureOf("octa")).toMatch(
    /Close: "Okta v2 \(okta_v2\)", newer version \[\w+\]; "Okta \(okta\)", older version \[\w+\]; "Okta AWS Federation/,
  );
  expect(await failureOf("zz\u202ezz")).toBe(
    '[not_found] catalogId: this server knows no connector type called "zz zz". Nothing was changed. Look for it with find_connector_types, or pass its catalog id from the C1 console.',
  );
});
