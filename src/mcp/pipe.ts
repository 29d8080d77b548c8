/** A protocol era, named after the SDK that implements it. */
export type Era = "v1" | "v2";

/** A JSON-RPC message, as far as routing needs to know it. */
export interface Message {
  readonly jsonrpc: "2.0";
  readonly id?: string | number | undefined;
  readonly method?: string | undefined;
  readonly params?: { readonly [key: string]: unknown } | undefined;
}

/** What an SDK is told about a message besides its content; over stdio, nothing. */
interface Extra {
  readonly authInfo?: { token: string; clientId: string; scopes: string[] } | undefined;
}

/**
 * The transport between our own stdio reader and one SDK; it fits the `Transport` types of both SDKs. Messages are parsed once,
 * by the reader; the SDKs get objects.
 */
export class Pipe {
  onmessage?: (message: Message, extra?: Extra) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly #write: (message: Message) => void;
  #open = true;

  constructor(write: (message: Message) => void) {
    this.#write = write;
  }

  async start(): Promise<void> {}

  /** Passes a message from the client to the SDK. */
  deliver(message: Message, extra?: Extra): void {
    if (this.#open) this.onmessage?.(message, extra);
  }

  /** Passes a message from the SDK to the client. */
  async send(message: Message): Promise<void> {
    if (this.#open) this.#write(message);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.onclose?.();
  }
}
