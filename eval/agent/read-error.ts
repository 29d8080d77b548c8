/** Something that an error complains about. */
export interface Problem {
  /** Of the argument, with dots. */
  readonly path: string;
  readonly message: string;
}

/** A thing with an id that an answer offers. */
export interface Candidate {
  readonly label: string;
  readonly id: string;
}

/** An error as a careful reader takes it apart. */
export interface ReadError {
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly candidates: readonly Candidate[];
  /** All of it. */
  readonly text: string;
  /** What stands behind the sentence on whether anything was changed. */
  readonly next: string;
}

const CHANGED = /(?:Nothing was changed\.|Whether anything was changed is not known\.)\s*/;

/** Reads `[code] what happened. Whether anything changed. What to do next.` */
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

/** "Acme Wiki, what it is for" [id]: the whole of a candidate stands in quotation marks. */
function readCandidates(text: string): Candidate[] {
  return [...text.matchAll(/"([^"]+)" \[([A-Za-z0-9]{27})\]/g)].map(([, label = "", id = ""]) => ({
    label,
    id,
  }));
}
