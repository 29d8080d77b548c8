/** What goes wrong with one answer. */
export type Fault =
  /** Another status; without a body, the API's error form. */
  | {
      readonly kind: "status";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Waits on the sandbox's clock, then goes on as usual, also when the client has left. */
  | { readonly kind: "latency"; readonly ms: number }
  /** Never answers; the connection stays open until the client or the sandbox closes it. */
  | { readonly kind: "silence" }
  /** Resets the connection. */
  | { readonly kind: "reset" }
  /** Sends the first half of the body, then cuts the connection. */
  | { readonly kind: "truncate" }
  /** 200 with the web app's page. */
  | { readonly kind: "html" }
  /** 200 with no body at all. */
  | { readonly kind: "empty" }
  | { readonly kind: "text"; readonly status: number; readonly body: string }
  /** 200 with valid JSON of more than so many bytes. */
  | { readonly kind: "oversize"; readonly bytes: number }
  /** Alters the JSON of the answer, and keeps its status. A write that is not to run has `NOT_RUN` altered. */
  | { readonly kind: "rewrite"; readonly rewrite: (body: unknown) => unknown }
  /** Sends the body byte by byte with pauses. */
  | { readonly kind: "drip"; readonly ms: number }
  /** Revokes all tokens: before = this request meets it, after = the next one does. */
  | { readonly kind: "expireToken" }
  | { readonly kind: "redirect"; readonly status: 301 | 302 | 303 | 307 | 308; readonly location: string };

export interface FaultRule {
  /** All conditions must hold; none = any request. The token endpoint is the operation "token". */
  readonly match?: { readonly method?: string; readonly operation?: string | RegExp };
  /** For how many requests; default 1, `Infinity` = until cleared. */
  readonly times?: number;
  /** "after": the operation takes effect first, and only its answer suffers. Default "before". */
  readonly when?: "before" | "after";
  readonly do: Fault;
}

export type ActiveFault = Fault & { readonly when: "before" | "after" };

/** Faults in the order they were added; a request meets the first that matches it, and no other. */
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
