import type { WriteStream } from "node:tty";
import type { Environment } from "../config/load.ts";
import { fitLines, type Paint } from "../text-lines.ts";

/** Where a command prints for people and scripts. The server's output over stdio does not pass through here. */
export interface Printer {
  /**
   * Prints text unchanged, for programs to read or people to copy. Resolves once it is written, because a pipe may be slower than
   * the exit. Rejects with an `OutputError`.
   */
  print(text: string): Promise<void>;
  /** Prints text for people, fitted into the terminal if there is one. Otherwise the same as `print`. */
  say(text: string): Promise<void>;
  readonly paint: Paint;
  /** Width in characters; undefined if line width is unlimited or unknown. */
  readonly columns: number | undefined;
}

/** stdout does not accept what a command prints. */
export class OutputError extends Error {
  /** The system's error code: EPIPE, ENOSPC and similar. */
  readonly code: string;

  constructor({ code = "", message }: NodeJS.ErrnoException) {
    super(`The output could not be written (${message}).`);
    this.code = code;
  }
}

const RESET = "\u001b[0m";

/** @param stream stdout, or a stand-in for it in a test. */
export function createPrinter(stream: WriteStream | NodeJS.WritableStream, env: Environment): Printer {
  // The callback of each write receives the same error.
  stream.on("error", () => undefined);
  const coloured = hasColours("isTTY" in stream && stream.isTTY, env);
  // A terminal of unknown size reports 0.
  const columns = ("columns" in stream && stream.isTTY && stream.columns) || undefined;
  const print = (text: string) =>
    new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(new OutputError(error)) : resolve()));
    });
  return {
    print,
    say: (text) => print(fitLines(text, columns)),
    paint: (code, text) => (coloured ? `\u001b[${code}m${text}${RESET}` : text),
    columns,
  };
}

/** Follows no-color.org and force-color.org. A dumb terminal would show colour codes as text. */
function hasColours(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && TERM !== "dumb";
}
