import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { fitLines } from "../text-lines.ts";

/** Asks a person at the terminal. */
export interface TerminalAsker {
  /**
   * Returns the input without surrounding blanks. Shows no more than the prefix of a client secret. Rejects with `Interrupted` if
   * the person presses Ctrl-C or Ctrl-D.
   */
  ask(question: string): Promise<string>;
  /** Same as `ask`, but does not show the input. */
  askHidden(question: string): Promise<string>;
}

/** The person pressed Ctrl-C or Ctrl-D instead of answering. */
export class Interrupted extends Error {}

/** The beginning of a client secret, which people also paste when asked for the client id, alone or with the id. */
const SECRET = /secret-token:/;

export function createTerminalAsker(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream & { readonly columns?: number },
): TerminalAsker {
  // Input is visible because readline echoes it; this stream discards the echo.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  /** Writes all lines of a question but the last, and returns that one. */
  function startQuestion(question: string): string {
    // A terminal of unknown size reports 0.
    const lines = fitLines(question.trimEnd(), output.columns || undefined).split("\n");
    const last = lines.pop();
    output.write(lines.map((line) => `${line}\n`).join(""));
    return `${last} `;
  }

  return {
    async ask(question) {
      try {
        return await readAnswer(input, output, startQuestion(question));
      } catch (error) {
        // The shell's prompt gets a line of its own.
        output.write("\n");
        throw error;
      }
    },
    async askHidden(question) {
      output.write(startQuestion(question));
      try {
        return await readAnswer(input, nowhere, "");
      } finally {
        output.write("\n");
      }
    },
  };
}

function readAnswer(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
  question: string,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // Runs as a terminal even when input is hidden, because otherwise the system itself would echo it.
    const shown = new Writable({
      write(chunk: Buffer, _encoding, done) {
        if (!SECRET.test(lines.line) || chunk.toString() === "\r\n") output.write(chunk);
        done();
      },
    });
    // readline reads the terminal's width from this property.
    Object.assign(shown, { columns: (output as { columns?: number }).columns });
    const lines = createInterface({ input, output: shown, terminal: true, history: [], historySize: 0 });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => reject(new Interrupted()));
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
