interface Entry {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown } | null;
}

/**
 * Why a batch may not run, if it may not. The SDK keeps the answers of a batch by their ids and sends them when it has one
 * for each: of two requests with one id the second answer is lost, and a request that is cancelled keeps all others waiting.
 */
export function findFaultOfBatch(body: unknown): string | undefined {
  if (!Array.isArray(body)) return undefined;
  const ids = new Set<unknown>();
  for (const { id, method } of messagesIn(body)) {
    if (method === undefined || id === undefined) continue;
    if (ids.has(id)) return "two requests of the batch have one id";
    ids.add(id);
  }
  const cancels = messagesIn(body).some(
    ({ method, params }) => method === "notifications/cancelled" && ids.has(params?.requestId),
  );
  return cancels ? "the batch cancels a request of its own" : undefined;
}

function messagesIn(batch: readonly unknown[]): Entry[] {
  return batch.filter((message): message is Entry => typeof message === "object" && message !== null);
}
