import { parseObject } from "../c1/parse.ts";
import type { NamedRequest, Transport } from "../c1/transport.ts";

export type Flow = "signed assertion" | "secret in the body" | "token exchange";

/** One request for a token and its outcome. Keeps neither the token nor the secret. */
export interface MintSeen {
  readonly flow: Flow;
  /** Whether the response contained a token that can be sent as a plain bearer token. */
  readonly issued: boolean;
  readonly lifetimeSeconds?: number;
  /** The server's wording of its refusal. */
  readonly words: string;
}

export interface TokenObserver {
  readonly transport: Transport;
  readonly mints: readonly MintSeen[];
}

/** Observes the client's requests for a token. */
export function watch(transport: Transport): TokenObserver {
  const mints: MintSeen[] = [];
  return {
    mints,
    transport: {
      ...transport,
      async send(request, limits) {
        const result = await transport.send(request, limits);
        const flow = flowOf(request);
        if (flow && result.kind === "answer") mints.push({ flow, ...readAnswer(result) });
        else if (flow) mints.push({ flow, issued: false, words: "" });
        return result;
      },
    },
  };
}

function flowOf({ path, body }: NamedRequest): Flow | undefined {
  if (path !== "/auth/v1/token") return undefined;
  const form = new URLSearchParams(body);
  if (form.has("client_assertion")) return "signed assertion";
  return form.has("subject_token") ? "token exchange" : "secret in the body";
}

function readAnswer({ status, body }: { status: number; body: string }): Omit<MintSeen, "flow"> {
  const answer = parseObject(body) ?? {};
  const { expires_in: lifetime, error, error_description: description, message } = answer;
  const words = [error, description, message].filter((word) => typeof word === "string").join(" ");
  const seconds = Number(lifetime);
  const isPlain = typeof answer.access_token === "string" && !/dpop/i.test(String(answer.token_type));
  return { issued: status < 300 && isPlain, words, ...(seconds > 0 && { lifetimeSeconds: seconds }) };
}
