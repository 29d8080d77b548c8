// Checks which packages may be installed and distributed: `npm run check:packages`, part of .ci/run. Needs a network only for known
// vulnerabilities; if the registry does not respond, that check is skipped and says so.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Licences that permit distribution within our package. A person must read any other licence first. */
const ALLOWED = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
];

/** For development packages, which are not distributed. */
const ALLOWED_FOR_DEVELOPERS = [...ALLOWED, "MPL-2.0"];

const root = join(import.meta.dirname, "..");
const read = (name) => JSON.parse(readFileSync(join(root, name), "utf8"));

const problems = [...checkLock(read("package-lock.json")), ...checkBill(read("dist/sbom.cdx.json"))];
const vulnerabilities = checkVulnerabilities();
problems.push(...vulnerabilities.problems);
for (const line of problems) process.stderr.write(`${line}\n`);
if (problems.length > 0) process.exit(1);
process.stdout.write(
  `licences and lock file: all as agreed\nknown vulnerabilities: ${vulnerabilities.said}\n`,
);

/** Every package must come from the registry, be pinned by its hash, and have an allowed licence. */
function checkLock({ packages }) {
  return Object.entries(packages).flatMap(([path, { dev, integrity, resolved, license = "none" }]) => {
    if (path === "") return [];
    const allowed = dev ? ALLOWED_FOR_DEVELOPERS : ALLOWED;
    return [
      ...(integrity?.startsWith("sha512-") ? [] : [`${path} is locked without a SHA-512`]),
      ...(resolved === undefined
        ? []
        : [`${path} does not come from the registry that npm is set to, but from ${resolved}`]),
      ...(isAllowed(license, allowed) ? [] : [`${path} has the licence ${license}`]),
    ];
  });
}

/** A distributed package states its licence in its own manifest, which may differ from the lock file. */
function checkBill({ components }) {
  return components.flatMap(({ purl, licenses = [] }) => {
    const said = licenses
      .map(({ expression, license }) => expression ?? license.id ?? license.name)
      .join(" AND ");
    return isAllowed(said || "none", ALLOWED) ? [] : [`${purl} in dist/ has the licence ${said || "none"}`];
  });
}

/** One alternative of a choice suffices; combined licences, and expressions that are more complex, must all be allowed. */
function isAllowed(expression, allowed) {
  const ids = expression.split(/[\s()]+|\b(?:AND|OR|WITH)\b/).filter(Boolean);
  const isChoice = /\bOR\b/.test(expression) && !/\b(?:AND|WITH)\b/.test(expression);
  const isListed = (id) => allowed.includes(id);
  return ids.length > 0 && (isChoice ? ids.some(isListed) : ids.every(isListed));
}

function checkVulnerabilities() {
  const { stdout } = spawnSync("npm", ["audit", "--omit=dev", "--json"], {
    cwd: root,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const report = parse(stdout);
  if (report?.vulnerabilities === undefined)
    return {
      problems: [],
      said: `SKIPPED, the registry did not answer${report?.statusCode ? ` (${report.statusCode})` : ""}`,
    };
  const found = Object.values(report.vulnerabilities).map(
    ({ name, severity }) => `${name}: known vulnerability (${severity})`,
  );
  return { problems: found, said: "none" };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
