import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** The model's next turn: it uses a tool, or says something and stops. */
export type Turn =
  | { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }
  | { readonly say: string };

/**
 * @param results texts of the tool results so far, in the order of the calls.
 * @param said the model's whole context, as JSON.
 */
export type Script = (results: readonly string[], said: string) => Turn;

export interface FakeModel {
  readonly url: string;
  /** Texts of all tool results in the last request. */
  readonly results: readonly string[];
  close(): void;
}

interface Block {
  readonly type: string;
  readonly content?: string | readonly { readonly text?: string }[];
}

interface Body {
  readonly model: string;
  readonly tools?: readonly unknown[];
  readonly messages: readonly { readonly content: string | readonly Block[] }[];
}

/** A messages endpoint on loopback that plays a script: one tool call per turn, streamed like the real endpoint's. */
export async function startFakeModel(script: Script): Promise<FakeModel> {
  const state = { results: [] as readonly string[] };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== "POST" || request.url?.split("?", 1)[0] !== "/v1/messages") {
      response.writeHead(404).end();
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Body;
    // Requests for other purposes, such as for a title, have no tools.
    if (!body.tools?.length) return stream(response, body.model, "none", { say: "ok" });
    state.results = body.messages.flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "tool_result").map(textOf),
    );
    stream(
      response,
      body.model,
      `toolu_${state.results.length}`,
      play(script, state.results, JSON.stringify(body.messages)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    get results() {
      return state.results;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** An unexpected result ends the conversation; the check then examines the results. */
function play(script: Script, results: readonly string[], said: string): Turn {
  try {
    return script(results, said);
  } catch (error) {
    return { say: `The script cannot go on: ${(error as Error).message}` };
  }
}

function textOf({ content = "" }: Block): string {
  return typeof content === "string" ? content : content.map(({ text = "" }) => text).join("");
}

function stream(response: ServerResponse, model: string, id: string, turn: Turn): void {
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", model, content: [], usage };
  const [block, delta, stop] =
    "say" in turn
      ? [{ type: "text", text: "" }, { type: "text_delta", text: turn.say }, "end_turn"]
      : [
          { type: "tool_use", id, name: turn.tool, input: {} },
          { type: "input_json_delta", partial_json: JSON.stringify(turn.input) },
          "tool_use",
        ];
  response.writeHead(200, { "content-type": "text/event-stream" });
  send("message_start", { message: { ...message, stop_reason: null, stop_sequence: null } });
  send("content_block_start", { index: 0, content_block: block });
  send("content_block_delta", { index: 0, delta });
  send("content_block_stop", { index: 0 });
  send("message_delta", { delta: { stop_reason: stop, stop_sequence: null }, usage });
  send("message_stop", {});
  response.end();
}
