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
export async function fetchShort(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const { body, status, headers } = await fetch(url, init);
  if (body === null) return new Response(null, { status, headers });
  const { signal } = init;
  const reader = body.getReader();
  const stop = () => void reader.cancel().catch(() => undefined);
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Once a body has begun, the `fetch` of Node 20 sometimes misses that its signal was aborted, and would read on for ever.
  signal?.addEventListener("abort", stop, { once: true });
  try {
    signal?.throwIfAborted();
    for (;;) {
      const { done, value } = await reader.read();
      // A body that was stopped seems to be complete.
      signal?.throwIfAborted();
      if (done) return new Response(Buffer.concat(chunks), { status, headers });
      size += value.length;
      if (size > MAX_BYTES) throw new AnswerTooLong();
      chunks.push(value);
    }
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
