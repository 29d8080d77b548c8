/** An HTTP response before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return rawJsonAnswer(status, JSON.stringify(value), headers);
}

export function rawJsonAnswer(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

/** The response to every path outside of the API: the web app's page, with status 200. */
export function htmlAnswer(): Answer {
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: '<!doctype html><html lang="en"><head><title>ConductorOne</title></head><body><div id="root"></div></body></html>',
  };
}

export function redirectAnswer(status: number, location: string): Answer {
  return { status, headers: { location }, body: "" };
}
