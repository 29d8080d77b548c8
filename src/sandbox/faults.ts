/** What goes wrong with one response. */
export type Fault =
  /** Another status; without a body, in the API's error form. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Waits on the sandbox's clock, then continues as usual, even if the client has left. */
  | { readonly kind: "latency"; readonly ms: number }
  /** Never responds; the connection stays open until the client or the sandbox closes it. */
  | { readonly kind: "silence" }
  /** Resets the connection. */
  | { readonly kind: "reset" }
  /** Sends the first half of the body, then cuts the connection. */
  | { readonly kind: "truncate" }
  /** Responds 200 with the web app's page. */
  | { readonly kind: "html" }
  /** Responds 200 with an empty body. */
  | { readonly kind: "empty" }
  | { readonly kind: "text"; readonly status: number; readonly body: string }
  /** Responds 200 with valid JSON of more than this many bytes. */
  | { readonly kind: "oversize"; readonly bytes: number }
  /** Alters the JSON of the response and keeps its status. For a write that does not run, `NOT_RUN` is altered. */
  | { readonly kind: "rewrite"; readonly rewrite: (body: unknown) => unknown }
  /** Sends the body byte by byte with pauses. */
  | { readonly kind: "drip"; readonly ms: number }
  /** Revokes all tokens: with "before" this request is the first to be refused, with "after" the next one. */
  | { readonly kind: "expireToken" }
  | { readonly kind: "redirect"; readonly status: 301 | 302 | 303 | 307 | 308; readonly location: string };

export interface FaultRule {
  /** All conditions must hold; without conditions, any request matches. The token endpoint is the operation "token". */
  readonly match?: { readonly method?: string; readonly operation?: string | RegExp };
  /** Number of requests to apply to; default 1, `Infinity` until cleared. */
  readonly times?: number;
  /**
   * "after": the operation takes effect first, and only its response is affected; a request whose token is refused is answered
   * truthfully. Default "before".
   */
  readonly when?: "before" | "after";
  readonly do: Fault;
}

export type ActiveFault = Fault & { readonly when: "before" | "after" };

/** Faults in the order in which they were added. A request gets only the first one that matches it. */
export class FaultQueue {
  #rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): void {
    this.#rules.push({ rule, left: rule.times ?? 1 });
  }

  clear(): void {
    this.#rules = [];
  }

  /** How many rules have not run out. */
  get pending(): number {
    return this.#rules.length;
  }

  take(method: string, operation: string | undefined): ActiveFault | undefined {
    const found = this.#rules.find(({ rule }) => isMatch(rule, method, operation));
    if (found === undefined) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#rules = this.#rules.filter((candidate) => candidate !== found);
    return { ...found.rule.do, when: found.rule.when ?? "before" };
  }
}

function isMatch({ match = {} }: FaultRule, method: string, operation: string | undefined): boolean {
  if (match.method !== undefined && match.method !== method) return false;
  if (match.operation === undefined) return true;
  if (operation === undefined) return false;
  return typeof match.operation === "string"
    ? match.operation === operation
    : operation.search(match.operation) !== -1;
}
