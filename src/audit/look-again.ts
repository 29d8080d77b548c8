import type { OpenIntents } from "./open-intents.ts";
import { readLine } from "./read-line.ts";
import { eachLine } from "./read-lines.ts";
import type { OpenEnd } from "./segments.ts";

/**
 * Reads the files a second time where the first left questions: outcomes that were read before their intents, because the
 * files came in another order, and ends of a file that lie further up, or in the copy of a file that was then cut. Returns the
 * ends that are not there.
 */
export async function lookAgain(
  files: readonly string[],
  openEnds: readonly OpenEnd[],
  intents: OpenIntents,
  signal: AbortSignal,
): Promise<readonly OpenEnd[]> {
  if (openEnds.length === 0 && (files.length === 1 || intents.list().length === 0)) return [];
  const wanted = new Set(openEnds.map(({ hash }) => hash));
  const places = new Map<string, { readonly file: string; readonly line: number }>();
  for (const file of files)
    await eachLine(file, signal, ({ number, bytes }) => {
      const line = readLine(bytes);
      if ("fields" in line) intents.close(line.fields);
      if (line.kind === "record" && wanted.has(line.hash)) places.set(line.hash, { file, line: number });
    });
  return openEnds.filter(({ file, hash, line }) => {
    const place = places.get(hash);
    return place === undefined || (place.file === file && place.line >= line);
  });
}
