import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks a person at the terminal. */
export interface Asker {
  /** What was typed, without blanks around it. Rejects with `Interrupted` when the person breaks off. */
  ask(question: string): Promise<string>;
  /** The same; what is typed does not show. */
  askHidden(question: string): Promise<string>;
}

/** The person pressed Ctrl-C or Ctrl-D in place of an answer. */
export class Interrupted extends Error {}

export function createAsker(input: NodeJS.ReadStream, output: NodeJS.WritableStream): Asker {
  // What is typed shows because readline writes it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  return {
    ask: (question) => readAnswer(input, output, question),
    async askHidden(question) {
      output.write(question);
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
    // As a terminal even where nothing is shown: else the system itself would show what is typed.
    const lines = createInterface({ input, output, terminal: true, history: [], historySize: 0 });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => reject(new Interrupted()));
    lines.question(question, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}
