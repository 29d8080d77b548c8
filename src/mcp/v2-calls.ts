import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  PerRequestHTTPServerTransport,
  ProtocolErrorCode,
} from "@modelcontextprotocol/server";
import type { Message } from "./pipe.ts";
import { MODERN } from "./prepared.ts";
import { type RunCall, SingleCalls } from "./single-calls.ts";
import type { createV2Factory } from "./v2.ts";

const CLASSIFICATION = { era: "modern", revision: MODERN } as const;

/** Extends the SDK's class, because only from that does a server learn which revision it serves. */
class SharedTransport extends PerRequestHTTPServerTransport {
  readonly #take: (message: Message) => void;

  constructor(take: (message: Message) => void) {
    super({ classification: CLASSIFICATION });
    this.#take = take;
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    this.#take(message);
  }
}

/** Runs usual calls of revision 2026-07-28. */
export async function openV2Calls(createServer: ReturnType<typeof createV2Factory>): Promise<RunCall> {
  const calls = new SingleCalls();
  const transport = new SharedTransport((message) => calls.take(message));
  await createServer({ signalOf: calls.signalOf, revisions: [MODERN] }).connect(transport);
  return async (call, { authInfo }, head) => {
    const extra = { classification: CLASSIFICATION, ...(authInfo && { authInfo }) };
    const answer = await calls.run(call, head, (message) =>
      transport.onmessage?.(message as JSONRPCRequest, extra),
    );
    const { error } = answer as { error?: { code: number } };
    // The protocol demands this status of the error.
    const isIncapable = error?.code === ProtocolErrorCode.MissingRequiredClientCapability;
    return { status: isIncapable ? 400 : 200, jsonText: JSON.stringify(answer) };
  };
}
