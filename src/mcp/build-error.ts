/** A JSON-RPC error of our own, for messages that never reach an SDK. */
export function buildError(code: number, message: string, id: string | number | null = null): object {
  return { jsonrpc: "2.0", id, error: { code, message } };
}
