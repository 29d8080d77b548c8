import type { WriteStream } from "node:tty";
import type { Environment } from "../config/load.ts";
import type { Paint } from "../doctor/text.ts";

/** Where a command prints for people and scripts. What a server sends over stdio does not pass through here. */
export interface Output {
  /** Resolves once the text is out, because a pipe may be slower than the exit. Rejects with an `OutputError`. */
  print(text: string): Promise<void>;
  readonly paint: Paint;
  /** Width in characters; undefined where nobody says how wide a line may be. */
  readonly columns: number | undefined;
}

/** stdout does not take what a command prints. */
export class OutputError extends Error {
  /** Of the system: EPIPE, ENOSPC and the like. */
  readonly code: string;

  constructor({ code = "", message }: NodeJS.ErrnoException) {
    super(`The output could not be written (${message}).`);
    this.code = code;
  }
}

const RESET = "\u001b[0m";

/** @param stream stdout, or what stands for it in a test. */
export function createOutput(stream: WriteStream | NodeJS.WritableStream, env: Environment): Output {
  // The callback of each write gets the same error.
  stream.on("error", () => undefined);
  const coloured = hasColours("isTTY" in stream && stream.isTTY, env);
  return {
    print: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()));
      }),
    paint: (code, text) => (coloured ? `\u001b[${code}m${text}${RESET}` : text),
    // A terminal of no known size says 0.
    columns: ("columns" in stream && stream.isTTY && stream.columns) || undefined,
  };
}

/** The conventions of no-color.org and force-color.org; a terminal that calls itself dumb shows codes as text. */
function hasColours(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && TERM !== "dumb";
}
