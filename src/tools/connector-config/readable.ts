import type { Json, JsonObject } from "../../json.ts";
import { MASK } from "../../log/redact.ts";
import type { Draft, Part } from "./encode.ts";
import { maskUrlUser } from "./mask.ts";
import { GROUP_KEY, type GroupSpec, isSecretKey, SECRET_KEY, type TypeSpec } from "./spec.ts";

/** Stands in for a secret that a person types. */
export const TO_BE_TYPED = "(you type this)";

/**
 * A config for the person who must agree to it: keys with their values, secrets by name. Hosts and addresses are shown even of
 * fields that nobody knows, because where a secret is sent decides whether it should be.
 */
export function makeReadable(
  drafts: ReadonlyMap<string, Draft>,
  spec: TypeSpec,
  group: GroupSpec | undefined,
): JsonObject {
  return {
    ...Object.fromEntries([...drafts].map(([key, draft]) => [key, readDraft(key, draft, spec)])),
    ...(group && { [GROUP_KEY]: group.name }),
  };
}

function readDraft(key: string, draft: Draft, spec: TypeSpec): Json {
  const isSecret = isSecretKey(key, spec);
  // A boolean is not a secret, whatever its key sounds like.
  if (draft.kind === "text") return readPart(draft.part, isSecret && !draft.isBool);
  return Object.fromEntries(
    draft.items.map(({ key: name, part }) => [name, readPart(part, isSecret || SECRET_KEY.test(name))]),
  );
}

function readPart(part: Part, isSecret: boolean): Json {
  if ("ask" in part) return TO_BE_TYPED;
  if ("ref" in part) return { secretRef: part.ref };
  return isSecret ? MASK : maskUrlUser(part.text);
}
