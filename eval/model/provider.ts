import type { ToolListing } from "../../src/tools/listing.ts";

/** A call that a model makes. */
export interface ModelCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A model's turn: text, calls, or both. */
export interface ModelTurn {
  readonly text: string;
  readonly calls: readonly ModelCall[];
}

/** A message of the conversation, independent of the provider. */
export type Message =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "model"; readonly turn: ModelTurn }
  | {
      readonly role: "tool";
      readonly results: readonly { readonly id: string; readonly text: string; readonly isError: boolean }[];
    };

export interface Provider {
  /** Gets the model's next turn. Rejects with the provider's answer, without the key. */
  turn(instructions: string, messages: readonly Message[], tools: readonly ToolListing[]): Promise<ModelTurn>;
}

export interface ProviderOptions {
  readonly model: string;
  readonly baseUrl: string;
  readonly key: string;
}

/** Longest answer of a model, in tokens, and how long to wait for it, in milliseconds. */
export const MAX_TOKENS = 2_048;
const PATIENCE_MS = 120_000;

/** Sends a request to a provider. The key appears in the headers only. */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
    redirect: "error",
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the model's server answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}

export function readArguments(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null) return json as Record<string, unknown>;
  try {
    const value: unknown = JSON.parse(String(json ?? "{}"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // As clients do: text that is not JSON counts as no arguments, and the server reports those that are missing.
    return {};
  }
}
