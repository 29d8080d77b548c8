import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFront } from "../../src/http/front.ts";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { fixtureRegistry } from "../fixture/registry.ts";
import { modernHeaders, modernRequest, type Post, post } from "../fixture/wire.ts";

/*
 * Whether a response over HTTP is a JSON body or an event stream: the production front and adapters in this process, with tools
 * that send progress.
 */

let server: Server;
let url: string;

beforeAll(async () => {
  server = createFront({
    mcp: createMcpFetch(fixtureRegistry),
    logger: pino({ level: "silent" }),
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const ERAS = {
  2025: (name: string, progressToken?: string | number) =>
    post(url, {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name, arguments: {}, ...(progressToken !== undefined && { _meta: { progressToken } }) },
    }),
  2026: (name: string, progressToken?: string | number) => {
    const envelope = progressToken === undefined ? {} : { progressToken };
    const request = modernRequest(1, "tools/call", { name, arguments: {} }, envelope);
    return post(url, request, modernHeaders(request));
  },
};

const typeOf = ({ headers }: Post) => headers.get("content-type")?.split(";", 1)[0];

describe.each([2025, 2026] as const)("the %i era", (era) => {
  it("responds with one JSON body", async () => {
    const reply = await ERAS[era]("test_simple_text");
    expect(typeOf(reply)).toBe("application/json");
    expect(reply.messages).toHaveLength(1);
  });

  it("sends no progress to a caller who did not ask for it, and still one JSON body", async () => {
    const reply = await ERAS[era]("test_tool_with_progress");
    expect(typeOf(reply)).toBe("application/json");
    expect(reply.messages).toHaveLength(1);
    expect(reply.messages[0]?.result).toBeDefined();
  });

  it.each([
    "token-1",
    0,
  ])("streams progress under the token %j, then the result, then ends", async (token) => {
    const reply = await ERAS[era]("test_tool_with_progress", token);
    expect(reply.status).toBe(200);
    expect(typeOf(reply)).toBe("text/event-stream");
    const progress = reply.messages.slice(0, -1);
    expect(progress.map(({ method }) => method)).toEqual(Array(3).fill("notifications/progress"));
    expect(progress.map(({ params }) => [params?.progressToken, params?.progress, params?.total])).toEqual([
      [token, 0, 100],
      [token, 50, 100],
      [token, 100, 100],
    ]);
    expect(reply.messages.at(-1)).toMatchObject({ id: 1, result: { content: [{ type: "text" }] } });
  });

  it("accepts a progress token for a tool without progress", async () => {
    const reply = await ERAS[era]("test_simple_text", "token-2");
    expect(reply.messages.at(-1)?.result).toBeDefined();
    expect(reply.messages).toHaveLength(1);
  });

  it("serves many callers concurrently, each with their own answer", async () => {
    const calls = Array.from({ length: 20 }, (_, index) =>
      ERAS[era](index % 2 ? "test_tool_with_progress" : "test_simple_text", `t${index}`),
    );
    for (const [index, reply] of (await Promise.all(calls)).entries()) {
      const tokens = new Set(reply.messages.flatMap(({ params }) => params?.progressToken ?? []));
      expect([...tokens]).toEqual(index % 2 ? [`t${index}`] : []);
      expect(reply.messages.at(-1)?.result).toBeDefined();
    }
  });
});

describe("only in the 2026 era", () => {
  it("a question ends the call; nothing is asked on the stream", async () => {
    const reply = await ERAS[2026]("test_streaming_elicitation", "token-3");
    expect(reply.messages).toHaveLength(1);
    expect(reply.messages[0]?.result).toMatchObject({ resultType: "input_required" });
  });

  it("a missing capability is a 400 that names it", async () => {
    const reply = await ERAS[2026]("test_missing_capability");
    expect(reply.status).toBe(400);
    expect(reply.messages[0]?.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { sampling: {} } },
    });
  });
});
