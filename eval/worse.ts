import type { Lens } from "./episode.ts";
import type { Answer } from "./world.ts";

const CHANGED = /(Nothing was changed\.|Whether anything was changed is not known\.)/;

/** A server whose errors say only that something is wrong. */
export const saysNothing: Lens = (server) => ({
  tools: server.tools,
  async call(tool, args) {
    const answer = await server.call(tool, args);
    return answer.isError ? { ...answer, text: "invalid arguments" } : answer;
  },
});

/** A server that never says what to do next, neither in errors nor in results. */
export const saysNoNext: Lens = (server) => ({
  tools: server.tools,
  async call(tool, args) {
    const answer = await server.call(tool, args);
    return answer.isError ? { ...answer, text: cutNext(answer.text) } : withoutNext(answer);
  },
});

function cutNext(text: string): string {
  const [what = "", changed = ""] = text.split(CHANGED);
  return `${what}${changed}`;
}

function withoutNext({ value, ...answer }: Answer): Answer {
  const { next: _next, ...rest } = value;
  return { ...answer, value: rest, text: JSON.stringify(rest) };
}
