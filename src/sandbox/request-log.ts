/** One request as it reached the sandbox. */
export interface RecordedRequest {
  readonly method: string;
  /** Undecoded, with its query. */
  readonly path: string;
  /** Parsed when it is JSON, else its text; undefined when there was none. */
  readonly body: unknown;
  /** Status of the answer; 0 while none has been sent. */
  readonly status: number;
  /** Such as "apps.create"; undefined when the path is not an operation's. */
  readonly operation: string | undefined;
  /** Whether that operation writes; not whether it was run. */
  readonly writes: boolean;
  /** The user whose token it came with; undefined without a valid one. */
  readonly userId: string | undefined;
}

type Entry = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] };

/** The last requests, in the order of their arrival. */
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
