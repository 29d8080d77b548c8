import { afterEach, describe, expect, it, vi } from "vitest";
import { AnswerTooLong, fetchShort } from "../../../src/fetch-short.ts";

const URL = "https://login.acme.example/jwks";
const MEGABYTE = 1024 * 1024;

afterEach(() => vi.restoreAllMocks());

/** Has `fetch` answer with a body that was sent in parts. Returns whether its reader gave up. */
function answerWith(parts: readonly (Uint8Array | Promise<never>)[], status = 200): { isCancelled: boolean } {
  const seen = { isCancelled: false };
  const left = [...parts];
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await left.shift();
      if (next) controller.enqueue(next);
      else controller.close();
    },
    cancel: () => void Object.assign(seen, { isCancelled: true }),
  });
  const headers = { "content-type": "application/json" };
  vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(stream, { status, headers }));
  return seen;
}

const text = (words: string) => new TextEncoder().encode(words);

describe("an answer of a login server", () => {
  it("is passed on whole, with its status and head", async () => {
    answerWith([text('{"a":'), text("1}")], 400);
    const answer = await fetchShort(URL);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "application/json"]);
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it.each([204, 304])("may have no body (%d)", async (status) => {
    vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null, { status }));
    expect((await fetchShort(URL)).status).toBe(status);
  });

  it("may be a megabyte and no longer", async () => {
    answerWith([new Uint8Array(MEGABYTE)]);
    expect((await (await fetchShort(URL)).arrayBuffer()).byteLength).toBe(MEGABYTE);
    const seen = answerWith([new Uint8Array(MEGABYTE), new Uint8Array(1), new Uint8Array(1)]);
    await expect(fetchShort(URL)).rejects.toThrow(AnswerTooLong);
    expect(seen.isCancelled).toBe(true);
  });

  it("is given up when the signal says so, even if fetch goes on", async () => {
    const seen = answerWith([text("{"), new Promise<never>(() => undefined)]);
    const over = new AbortController();
    const reading = fetchShort(URL, { signal: over.signal });
    setImmediate(() => over.abort(new Error("the time is over")));
    await expect(reading).rejects.toThrow("the time is over");
    await vi.waitFor(() => expect(seen.isCancelled).toBe(true));
  });
});
