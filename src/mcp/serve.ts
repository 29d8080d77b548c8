/** As much of a request as the SDKs read when they are given its body separately. */
export type RequestHead = Pick<Request, "method" | "url" | "headers" | "body" | "signal">;

/** A cast: the SDKs' types want a whole `Request`. A test fails when they read anything else of it. */
export const asRequest = (head: RequestHead): Request => head as Request;

/** What an SDK is told of a request beside its head. */
export interface Given {
  readonly authInfo?: {
    /** Always empty: the token that came in stays in front. */
    readonly token: "";
    readonly clientId: string;
    readonly scopes: string[];
    /** Under `caller` the verified caller, which the SDKs hand on to our handlers. */
    readonly extra?: Readonly<Record<string, unknown>>;
  };
  readonly parsedBody: unknown;
}

/** The entry of an SDK. */
export type Serve = (request: Request, given: Given) => Promise<Response>;
