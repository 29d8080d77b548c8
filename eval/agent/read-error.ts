/** A problem that an error reports. */
export interface Problem {
  /** Dotted path of the argument. */
  readonly path: string;
  readonly message: string;
}

/** A candidate with an id in an answer. */
export interface Candidate {
  readonly label: string;
  readonly id: string;
}

/** The parts of an error. */
export interface ReadError {
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly candidates: readonly Candidate[];
  /** The whole error. */
  readonly text: string;
  /** The text after the sentence on whether anything was changed. */
  readonly next: string;
}

const CHANGED = /(?:Nothing was changed\.|Whether anything was changed is not known\.)\s*/;

/** Parses `[code] what happened. Whether anything changed. What to do next.` */
export function readError(text: string): ReadError {
  const [, code = "", body = text] = /^\[([a-z_]+)\] (.*)$/s.exec(text) ?? [];
  const [what = "", ...rest] = body.split(CHANGED);
  const lines = [...what.matchAll(/^- ([^\s:]+): (.*)$/gm)].map(([, path = "", message = ""]) => ({
    path,
    message,
  }));
  const [, path, message = ""] = /^([A-Za-z][\w.]*): (.*)$/s.exec(what.trim()) ?? [];
  const problems = lines.length === 0 && path !== undefined ? [{ path, message }] : lines;
  return { code, problems, candidates: readCandidates(body), text: body, next: rest.join(" ") };
}

/**
 * Parses `"Acme Wiki" ("what it is for"), created 2026-01-01T00:00:00Z [id]`: the name counts, and that a connector type is not the
 * older version of another one.
 */
function readCandidates(text: string): Candidate[] {
  const candidate = /"([^"]+)"(?: \("[^"]*"\))?(?:, ([^"[\]]*))? \[([A-Za-z0-9]{27})\]/g;
  return [...text.matchAll(candidate)].flatMap(([, label = "", facts = "", id = ""]) =>
    facts === "older version" ? [] : [{ label, id }],
  );
}
