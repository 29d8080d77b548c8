/** The parts of a request that the SDKs read when they are given its body separately. */
export interface RequestHead extends Pick<Request, "method" | "url" | "headers" | "body" | "signal"> {
  /** The same headers for whoever reads only a few: a `Headers` takes 3 µs to build (Node 20). */
  readonly plain?: HeaderReader;
}

export type HeaderReader = Pick<Headers, "get">;

/** A cast, because the SDKs' types require a complete `Request`. A test fails if they read anything else of it. */
export const asRequest = (head: RequestHead): Request => head as Request;

/** What an SDK is told about a request besides its head. */
export interface Given {
  readonly authInfo?: {
    /** Always empty: the caller's token stays in front. */
    readonly token: "";
    readonly clientId: string;
    readonly scopes: string[];
    /** Contains the verified caller as `caller`, which the SDKs pass on to our handlers. */
    readonly extra?: Readonly<Record<string, unknown>>;
  };
  readonly parsedBody: unknown;
}

/** A complete JSON response. A `Response` would cost a tenth of the time of a call (Node 20). */
export interface JsonAnswer {
  readonly status: number;
  readonly jsonText: string;
}

/** The entry point of an SDK. */
export type Serve = (request: Request, given: Given) => Promise<Response>;
