/** Metadata, keys and tokens take a few kilobytes. */
const MAX_BYTES = 1024 * 1024;

/** A login server sends more than is read. */
export class AnswerTooLong extends Error {
  /** May be logged. */
  readonly code = "ANSWER_TOO_LONG";

  constructor() {
    super("its answer is longer than 1 MB");
  }
}

/**
 * `fetch` for login servers, which reads no more than a megabyte of an answer, decompressed. The body has arrived when it
 * resolves, so the signal limits that time too. Rejects with `AnswerTooLong`, or as `fetch` does.
 */
export async function fetchShort(url: string | URL, init?: RequestInit): Promise<Response> {
  const { body, status, headers } = await fetch(url, init);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return new Response(body && Buffer.concat(chunks), { status, headers });
}
