import type { Finding } from "./finding.ts";

/**
 * Findings about one of several credentials: its entry becomes their subject, and their own subject moves to the front of the
 * text.
 */
export function nameEntry(entry: string | undefined, findings: readonly Finding[]): readonly Finding[] {
  if (entry === undefined) return findings;
  const alike = new Map<string, { readonly finding: Finding; readonly about: string[] }>();
  for (const finding of findings) {
    const { subject, result, detail, fix } = finding;
    const key = JSON.stringify([subject === undefined, result, detail, fix]);
    const about = alike.get(key)?.about ?? [];
    alike.set(key, { finding, about: subject === undefined ? about : [...about, subject] });
  }
  return [...alike.values()].map(({ finding, about }) => {
    const detail = about.length > 0 ? `${about.join(", ")}: ${finding.detail}` : finding.detail;
    return { ...finding, subject: entry, detail };
  });
}
