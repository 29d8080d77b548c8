import { CLIENTS, type ClientName } from "./clients.ts";
import { inputsOf } from "./entry.ts";
import type { Format } from "./format.ts";
import { createJsonFormat } from "./json-format.ts";
import { tomlFormat } from "./toml-format.ts";

/** The format of a client's configuration file. */
export function chooseFormat(client: ClientName): Format {
  return client === "codex" ? tomlFormat : createJsonFormat(CLIENTS[client].container, inputsOf(client));
}
