import type { JsonAnswer } from "../../src/mcp/serve.ts";

/** An answer as a `Response`, whichever form it has. */
export function toResponse(answer: Response | JsonAnswer): Response {
  if (answer instanceof Response) return answer;
  const { status, jsonText } = answer;
  return new Response(jsonText, { status, headers: { "content-type": "application/json" } });
}
