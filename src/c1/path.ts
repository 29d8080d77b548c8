import { Failure } from "../errors.ts";

const MAX_SEGMENT_LENGTH = 256;

// Dot segments and encoded slashes: a server or proxy that decodes twice would escape from the template.
const PERCENT_ENCODED = /%[0-9a-f]{2}/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: matches the control characters to refuse
const FORBIDDEN = /[/\\\u0000-\u001f\u007f-\u009f]/;

type Names<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;

/**
 * Fills the `{name}` places of a path template; each value becomes exactly one segment. C1 answers an empty segment with the
 * whole collection, so nothing that could change the path's shape is accepted. Throws `invalid_arguments`, naming the segment.
 */
export function buildPath<Template extends string>(
  template: Template,
  segments: Record<Names<Template>, string>,
): string {
  const values: Record<string, string> = segments;
  return template.replace(/\{(\w+)\}/g, (_place, name: string) => encodeSegment(name, values[name] ?? ""));
}

function encodeSegment(name: string, value: string): string {
  const problem = findProblem(value);
  if (problem)
    throw new Failure("invalid_arguments", `${name} cannot be used in a C1 address: it ${problem}.`);
  return encodeURIComponent(value);
}

function findProblem(value: string): string | undefined {
  if (value.trim() === "") return "is empty";
  if (value === "." || value === "..") return "is a dot segment";
  if (value.length > MAX_SEGMENT_LENGTH) return `is longer than ${MAX_SEGMENT_LENGTH} characters`;
  if (FORBIDDEN.test(value)) return "holds a slash or a control character";
  if (PERCENT_ENCODED.test(value)) return "holds a percent-encoded character";
  if (!value.isWellFormed()) return "is not valid Unicode";
  return undefined;
}
