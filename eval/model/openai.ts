import { type Message, type Provider, type ProviderOptions, post, readArguments } from "./provider.ts";

interface Choice {
  readonly message?: {
    readonly content?: string | null;
    readonly tool_calls?: readonly {
      readonly id: string;
      readonly function: { readonly name: string; readonly arguments: unknown };
    }[];
  };
}

/** The chat completions API of OpenAI, which many others offer, too. */
export function createOpenai({ model, baseUrl, key }: ProviderOptions): Provider {
  return {
    async turn(instructions, messages, tools) {
      const answer = (await post(
        `${baseUrl}/chat/completions`,
        { authorization: `Bearer ${key}` },
        {
          model,
          messages: [{ role: "system", content: instructions }, ...messages.flatMap(toMessages)],
          tools: tools.map(({ name, description, inputSchema }) => ({
            type: "function",
            function: { name, description, parameters: inputSchema },
          })),
        },
      )) as { choices?: readonly Choice[] };
      const { content, tool_calls: calls = [] } = answer.choices?.[0]?.message ?? {};
      return {
        text: content ?? "",
        calls: calls.map(({ id, function: { name, arguments: args } }) => ({
          id,
          name,
          args: readArguments(args),
        })),
      };
    },
  };
}

function toMessages(message: Message): object[] {
  if (message.role === "user") return [{ role: "user", content: message.text }];
  if (message.role === "tool")
    return message.results.map(({ id, text }) => ({ role: "tool", tool_call_id: id, content: text }));
  const { text, calls } = message.turn;
  return [
    {
      role: "assistant",
      content: text === "" ? null : text,
      ...(calls.length > 0 && {
        tool_calls: calls.map(({ id, name, args }) => ({
          id,
          type: "function",
          function: { name, arguments: JSON.stringify(args) },
        })),
      }),
    },
  ];
}
