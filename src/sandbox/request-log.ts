/** One request as it reached the sandbox. */
export interface RecordedRequest {
  readonly method: string;
  /** Undecoded, with its query. */
  readonly path: string;
  /** Parsed if it is JSON, else the text; undefined without a body. */
  readonly body: unknown;
  /** Status of the response; 0 until one is sent. */
  readonly status: number;
  /** For example "apps.create"; undefined if the path matches no operation. */
  readonly operation: string | undefined;
  /** Whether that operation is a write, even if it was not run. */
  readonly writes: boolean;
  /** The user whose token the request carried; undefined without a valid one. */
  readonly userId: string | undefined;
}

type Entry = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** The most recent requests, in order of arrival. */
export class RequestLog {
  readonly entries: Entry[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  open(entry: Omit<RecordedRequest, "body" | "status">): Entry {
    const opened: Entry = { ...entry, body: undefined, status: 0 };
    this.entries.push(opened);
    if (this.entries.length > this.#limit) this.entries.shift();
    return opened;
  }
}

export function describeBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
