import type { Environment } from "../config/load.ts";
import type { Arguments } from "./args.ts";

export async function runDoctor(_args: Arguments, _env: Environment, _stop: AbortSignal): Promise<number> {
  return 1;
}
