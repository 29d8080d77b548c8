import type { Json, JsonObject } from "../json.ts";
import type { Http } from "./http.ts";
import type { Fields } from "./parse.ts";
import type { PreparedWrite } from "./port.ts";

type Value = Json | undefined | readonly string[] | object;

/** A request body without unset fields, because C1 wants empty optional fields omitted. 0 and false count as values. */
export function buildBody(fields: Readonly<Record<string, Value>>): JsonObject {
  const set = Object.entries(fields).filter(([, value]) => !isEmpty(value));
  // A copy, so that later changes by the caller cannot reach a prepared write.
  return JSON.parse(JSON.stringify(Object.fromEntries(set))) as JsonObject;
}

function isEmpty(value: Value): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

export interface WriteParts<T> {
  readonly operation: string;
  readonly path: string;
  readonly body: JsonObject;
  readonly mayBeEmpty?: boolean;
  /** Reads the response; undefined if it does not prove that the write was done. */
  readonly parse: (answer: Fields, date?: number) => T | undefined;
}

/** Prepares a write for showing and sending. The body is frozen: what was shown is what is sent. */
export function prepareWrite<T>(http: Http, { path, body, ...parts }: WriteParts<T>): PreparedWrite<T> {
  freezeDeep(body);
  return {
    request: Object.freeze({ method: "POST", path, body }),
    send: (call) =>
      http.request({ ...parts, method: "POST", path, body: JSON.stringify(body), write: true }, call),
  };
}

function freezeDeep(value: Json): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const item of Object.values(value)) freezeDeep(item);
}
