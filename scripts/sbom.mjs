// Creates a CycloneDX bill of materials of the bundle: the packages whose code is in it, and none that are only installed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import CDX from "@cyclonedx/cyclonedx-library";

const { ComponentType, HashAlgorithm, LifecyclePhase } = CDX.Enums;
const licenses = new CDX.Contrib.License.Factories.LicenseFactory();

/**
 * The bill as text, from the result of `packagesIn`. It contains neither a time nor a random number, so that the same sources
 * result in the same bytes. The hashes are those that package-lock.json requires.
 */
export function makeSbom({ packages, own }, root) {
  const read = (name) => JSON.parse(readFileSync(join(root, name), "utf8"));
  const locked = read("package-lock.json").packages;
  const product = describe(read("package.json"), ComponentType.Application);
  const components = new Map(
    packages.map(({ folder, manifest }) => {
      const component = describe(manifest, ComponentType.Library);
      component.hashes.set(HashAlgorithm["SHA-512"], hexOf(locked[folder].integrity));
      return [folder, component];
    }),
  );
  const link = (component, folders) => {
    for (const folder of folders) component.dependencies.add(components.get(folder).bomRef);
  };
  link(product, own);
  for (const { folder, imports } of packages) link(components.get(folder), imports);
  const bom = new CDX.Models.Bom();
  bom.metadata.component = product;
  bom.metadata.lifecycles.add(LifecyclePhase.Build);
  for (const component of components.values()) bom.components.add(component);
  const normalizers = new CDX.Serialize.JSON.Normalize.Factory(CDX.Spec.Spec1dot6);
  return `${new CDX.Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true })}\n`;
}

function describe({ name, version, license }, type) {
  const [group, short] = name.startsWith("@") ? name.split("/") : [undefined, name];
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const component = new CDX.Models.Component(type, short, { group, version, purl, bomRef: purl });
  component.licenses.add(licenses.makeFromString(license));
  return component;
}

function hexOf(integrity) {
  const [, value] = /^sha512-(\S+)$/.exec(integrity);
  return Buffer.from(value, "base64").toString("hex");
}
