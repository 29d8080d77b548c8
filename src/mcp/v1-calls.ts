import type { Registry } from "../tools/registry.ts";
import { Pipe } from "./pipe.ts";
import { type RunCall, SingleCalls } from "./single-calls.ts";
import { serveV1 } from "./v1.ts";

/** Runs usual calls of the 2025 era. A call outlives its caller, as with the SDK's transport. */
export async function openV1Calls(registry: Registry): Promise<RunCall> {
  const calls = new SingleCalls();
  const pipe = new Pipe((message) => calls.take(message));
  await serveV1(registry, pipe);
  return async (call, { authInfo }, head) => {
    const answer = await calls.run(call, head, (message) => pipe.deliver(message, { authInfo }));
    return { status: 200, jsonText: JSON.stringify(answer) };
  };
}
