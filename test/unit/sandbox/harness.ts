import { afterEach } from "vitest";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/start.ts";

const open: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

/** A sandbox that ends with the test. */
export async function openSandbox(options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  open.push(sandbox);
  return sandbox;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of every shape
  json: any;
}

/** Makes one API call with a fresh token. `body` is sent as JSON, or as it is if it is a string. */
export async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${sandbox.serverUrl}${path}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: `Bearer ${sandbox.issueToken()}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/** Sends a form to the token endpoint. */
export async function requestToken(
  sandbox: Sandbox,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${sandbox.serverUrl}/auth/v1/token`, {
    method: "POST",
    headers,
    body: new URLSearchParams(form),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

/** A well-formed id of no object. */
export const NOBODY = "0".repeat(27);

export const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
export const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";

/** A connector's config in the API's form. */
export function envelope(values: Record<string, string>) {
  const entries = Object.entries(values).map(([key, stringValue]) => [key, { stringValue }]);
  return { "@type": ENV_CONFIG, configuration: Object.fromEntries(entries) };
}

export const oktaConfig = envelope({ okta_v2_domain: "acme.okta.com", okta_v2_api_token: "s3cret-canary" });
