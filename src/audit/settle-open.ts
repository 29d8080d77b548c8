import { createConversion } from "./conversion.ts";
import type { OpenIntents } from "./open-intents.ts";
import { readLine } from "./read-line.ts";
import { eachLine } from "./read-lines.ts";
import type { OpenEnd } from "./segments.ts";

/**
 * Reads the files a second time to settle what the first pass left open: outcomes that were read before their intents, because
 * the files came in another order, and named file ends that lie further up or in a copy of a file that was later truncated.
 * Returns the ends that were not found.
 */
export async function settleOpen(
  files: readonly string[],
  openEnds: readonly OpenEnd[],
  intents: OpenIntents,
  signal: AbortSignal,
): Promise<readonly OpenEnd[]> {
  if (openEnds.length === 0 && (files.length === 1 || intents.list().length === 0)) return [];
  const wanted = new Set(openEnds.map(({ hash }) => hash));
  const places = new Map<string, { readonly file: string; readonly line: number }>();
  for (const file of files) {
    const { undo } = createConversion();
    await eachLine(file, signal, (raw) => {
      const line = readLine(undo(raw));
      if ("fields" in line) intents.close(line.fields);
      if (line.kind === "altered" && line.claims) intents.forgive(line.claims);
      if (line.kind === "record" && wanted.has(line.hash)) places.set(line.hash, { file, line: raw.number });
    });
  }
  return openEnds.filter(({ file, hash, line }) => {
    const place = places.get(hash);
    return place === undefined || (place.file === file && place.line >= line);
  });
}
