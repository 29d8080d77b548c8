import { Deployment } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { Secret, Service } from "kubernetes-models/v1";

/** Generated from the published Kubernetes schemas. */
const KINDS = { Deployment, HorizontalPodAutoscaler, PodDisruptionBudget, Secret, Service };

type Manifest = Record<string, unknown> & { kind: string; apiVersion: string };

/** What is wrong with a manifest: schema violations, and fields that the schema does not have. */
export function checkManifest(manifest: Manifest): string[] {
  const model = KINDS[manifest.kind as keyof typeof KINDS];
  if (!model) return [`no schema for ${manifest.kind}`];
  if (manifest.apiVersion !== model.apiVersion) return [`${manifest.apiVersion} is not ${model.apiVersion}`];
  const read = new Set<string>();
  try {
    model.prototype.validate.call(watch(manifest, "", read) as InstanceType<typeof model>);
  } catch (error) {
    return [(error as Error).message];
  }
  // The validators check known fields and ignore unknown ones, as a cluster does, which silently drops them.
  return pathsIn(manifest, "")
    .filter((path) => !read.has(path))
    .map((path) => `${path} is unknown`);
}

function watch(value: unknown, path: string, read: Set<string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver) {
      const item: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol") return item;
      const at = `${path}/${key}`;
      read.add(at);
      return watch(item, at, read);
    },
  });
}

function pathsIn(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    `${path}/${key}`,
    ...pathsIn(item, `${path}/${key}`),
  ]);
}
