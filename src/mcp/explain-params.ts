/** The issues of zod, which the SDK puts into messages as they are; of `initialize` and `tools/list` as an internal error. */
const ISSUES = /^(?:MCP error -32602: Invalid [a-z/]+ request: )?(\[\n.*\])$/s;

/** Replaces those by one sentence that names the parameters. Every other message is returned as it is. */
export function explainParams<T extends object>(message: T): T {
  const { error } = message as { error?: { message?: unknown } };
  const [, issues] = ISSUES.exec(String(error?.message)) ?? [];
  if (issues === undefined) return message;
  const paths = (JSON.parse(issues) as { path: string[] }[]).map(({ path }) => path.join("."));
  // A path can contain a key of the caller's, of any length.
  const named = [...new Set(paths)].join(", ").slice(0, 300);
  const text = `Invalid params: missing, or of another type than MCP's: ${named}`;
  return { ...message, error: { code: -32602, message: text } };
}
