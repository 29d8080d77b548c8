/**
 * As much of a request as the SDKs read when they are given its body separately. Their types want a whole `Request`: a test
 * fails when they read anything else of it.
 */
export type RequestHead = Pick<Request, "method" | "url" | "headers" | "body" | "signal">;

/** What an SDK is told of a request beside its head. */
export interface Given {
  readonly authInfo?: {
    /** Always empty: the token that came in stays in front. */
    readonly token: "";
    readonly clientId: string;
    readonly scopes: readonly string[];
    /** Under `caller` the verified caller, which the SDKs hand on to our handlers. */
    readonly extra?: Readonly<Record<string, unknown>>;
  };
  readonly parsedBody: unknown;
}

/** The entry of an SDK. Both declare a whole `Request` and scopes that may be changed; they only read these. */
export type Serve = (head: RequestHead, given: Given) => Promise<Response>;
