import { quoteForeign } from "../text.ts";
import { SECRET_NAME } from "./secret-names.ts";

/** How many files are named. */
const MAX_NAMED = 5;

/** Whether no call can refer to a file in the folder of secrets. Hidden files are not meant to be: Kubernetes keeps its links there. */
export function isIgnoredFile(name: string): boolean {
  return !SECRET_NAME.test(name) && !name.startsWith(".");
}

/** The file that was probably meant for a secret: `OKTA_PROD.txt` and `okta prod` for OKTA_PROD. */
export function findMisnamed(name: string, ignored: readonly string[]): string | undefined {
  return ignored.find((file) => {
    const whole = toSecretName(file);
    return whole === name || toSecretName(file.replace(/\.[^.]*$/, "")) === name;
  });
}

/** Names of files as a sentence shows them: a few, and how many others there are. */
export function listIgnored(ignored: readonly string[]): string {
  const shown = ignored.slice(0, MAX_NAMED).map((file) => quoteForeign(file, 80));
  const more = ignored.length - shown.length;
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function toSecretName(file: string): string {
  return file.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
}
