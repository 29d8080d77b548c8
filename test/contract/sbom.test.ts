import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";

interface Component {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: { readonly content: string }[];
  readonly "bom-ref": string;
}

const text = readFileSync(join(ROOT, "dist", "sbom.cdx.json"), "utf8");
const bill = JSON.parse(text) as {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: { readonly ref: string; readonly dependsOn?: string[] }[];
};
const { packages: locked } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
  packages: Record<string, { version: string; integrity: string; dev?: boolean }>;
};
const nameOf = ({ group, name }: Component) => (group === undefined ? name : `${group}/${name}`);
const idOf = (component: Component) => `${nameOf(component)} ${component.version}`;

describe("the bill of materials", () => {
  it("is valid CycloneDX 1.6", async () => {
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  });

  it("lists exactly the packages whose licences ship with the build", () => {
    const licences = readFileSync(join(ROOT, "dist", "third-party-licenses.txt"), "utf8");
    const handedOn = [...licences.matchAll(/^(\S+ \d\S*) \(.*\)$/gm)].map(([, id]) => id ?? "");
    expect(bill.components.map(idOf).sort()).toEqual(handedOn.sort());
    expect(bill.components.length).toBeGreaterThan(20);
  });

  it("lists no development packages, and pins each package by its locked hash", () => {
    for (const component of bill.components) {
      const entries = Object.entries(locked).filter(
        ([path, { version }]) =>
          path.endsWith(`node_modules/${nameOf(component)}`) && version === component.version,
      );
      const hashes = entries.map(([, { integrity }]) =>
        Buffer.from(integrity.slice(7), "base64").toString("hex"),
      );
      expect(hashes, idOf(component)).toContain(component.hashes[0]?.content);
      expect(
        entries.some(([, { dev }]) => !dev),
        idOf(component),
      ).toBe(true);
    }
  });

  it("reaches every package from what the product imports", () => {
    const edges = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const walk = (ref: string) => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const next of edges.get(ref) ?? []) walk(next);
    };
    walk(bill.metadata.component["bom-ref"]);
    for (const component of bill.components) expect(reached, idOf(component)).toContain(component["bom-ref"]);
  });

  it("contains no timestamp and nothing specific to the machine", () => {
    expect(text).not.toMatch(/"timestamp"|"serialNumber"|node_modules/);
  });
});
