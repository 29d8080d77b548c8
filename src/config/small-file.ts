import { constants, promises, statSync } from "node:fs";
import { NO_WAIT, requireFile } from "../file-kind.ts";

/** Reads a regular file of at most `maxBytes`. Never waits for the other end of a pipe. */
export async function readSmallFile(path: string, maxBytes: number): Promise<string> {
  const file = await promises.open(path, constants.O_RDONLY | NO_WAIT);
  try {
    const stat = await file.stat();
    requireFile(stat);
    if (stat.size > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024} KiB`);
    const bytes = Buffer.alloc(maxBytes + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      length += bytesRead;
      if (length > maxBytes) throw new Error(`it is larger than ${maxBytes / 1024} KiB`);
      if (bytesRead === 0) break;
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, length));
  } catch (error) {
    if (error instanceof TypeError) throw new Error("it is not text in UTF-8");
    throw error;
  } finally {
    await file.close();
  }
}

/** False also for a path that leads nowhere: through a file, or a link that leads back to itself. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
