/** The front counts a batch as one request of its caller, so a batch must stay small. */
const MAX_BATCHED_REQUESTS = 5;

interface Entry {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly params?: { readonly requestId?: unknown } | null;
}

/**
 * Returns why a batch must not run, if there is a reason. The SDK keeps the responses of a batch by id and sends them once it has
 * one for each request: of two requests with the same id, the second response is lost, and a cancelled request blocks all others.
 */
export function findFaultOfBatch(body: unknown): string | undefined {
  if (!Array.isArray(body)) return undefined;
  const messages = messagesIn(body);
  const requests = messages.filter(({ id, method }) => method !== undefined && id !== undefined);
  if (requests.length > MAX_BATCHED_REQUESTS)
    return `a batch may hold at most ${MAX_BATCHED_REQUESTS} requests`;
  const ids = new Set(requests.map(({ id }) => id));
  if (ids.size < requests.length) return "two requests of the batch have one id";
  const cancels = messages.some(
    ({ method, params }) => method === "notifications/cancelled" && ids.has(params?.requestId),
  );
  return cancels ? "the batch cancels a request of its own" : undefined;
}

function messagesIn(batch: readonly unknown[]): Entry[] {
  return batch.filter((message): message is Entry => typeof message === "object" && message !== null);
}
