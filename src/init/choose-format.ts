import { CLIENTS, type ClientName } from "./clients.ts";
import { buildEntry } from "./entry.ts";
import type { Format } from "./format.ts";
import { createJsonFormat } from "./json-format.ts";
import type { Surroundings } from "./places.ts";
import { tomlFormat } from "./toml-format.ts";

/** The format of a client's configuration file. */
export function chooseFormat(client: ClientName, at: Surroundings): Format {
  if (client === "codex") return tomlFormat;
  const { inputs } = buildEntry({ client, script: "", sandbox: false, at });
  return createJsonFormat(CLIENTS[client].container, inputs);
}
