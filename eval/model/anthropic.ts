import {
  MAX_TOKENS,
  type Message,
  type Provider,
  type ProviderOptions,
  post,
  readArguments,
} from "./provider.ts";

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
}

/** The Messages API, version 2023-06-01. */
export function createAnthropic({ model, baseUrl, key }: ProviderOptions): Provider {
  return {
    async turn(instructions, messages, tools) {
      const answer = (await post(
        `${baseUrl}/v1/messages`,
        { "x-api-key": key, "anthropic-version": "2023-06-01" },
        {
          model,
          max_tokens: MAX_TOKENS,
          system: instructions,
          messages: messages.map(toMessage),
          tools: tools.map(({ name, description, inputSchema }) => ({
            name,
            description,
            input_schema: inputSchema,
          })),
        },
      )) as { content?: readonly Block[] };
      const blocks = answer.content ?? [];
      return {
        text: blocks.map(({ text = "" }) => text).join(""),
        calls: blocks
          .filter(({ type }) => type === "tool_use")
          .map(({ id = "", name = "", input }) => ({ id, name, args: readArguments(input) })),
      };
    },
  };
}

function toMessage(message: Message): object {
  if (message.role === "user") return { role: "user", content: message.text };
  if (message.role === "tool") {
    const content = message.results.map(({ id, text, isError }) => ({
      type: "tool_result",
      tool_use_id: id,
      content: text,
      is_error: isError,
    }));
    return { role: "user", content };
  }
  const { text, calls } = message.turn;
  return {
    role: "assistant",
    content: [
      ...(text === "" ? [] : [{ type: "text", text }]),
      ...calls.map(({ id, name, args }) => ({ type: "tool_use", id, name, input: args })),
    ],
  };
}
