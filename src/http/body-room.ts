import { largestLength, MAX_BODY_BYTES, SMALL_BYTES } from "./body-size.ts";
import type { Guard } from "./guard.ts";
import { refuseBusy } from "./refuse-busy.ts";

/** Memory that large request bodies may occupy at a time: per caller, and in total. */
const LARGE_OF_ONE_BYTES = 2 * MAX_BODY_BYTES;
const LARGE_OF_ALL_BYTES = 8 * MAX_BODY_BYTES;

/** Limits the memory that large request bodies may take at a time. */
export function hasRoom(): Guard {
  const used = new Map<string, number>();
  let usedByAll = 0;

  function take(caller: string, bytes: number): void {
    const left = (used.get(caller) ?? 0) + bytes;
    usedByAll += bytes;
    if (left > 0) used.set(caller, left);
    else used.delete(caller);
  }

  return (request, response) => {
    const bytes = largestLength(request.headers);
    if (bytes <= SMALL_BYTES) return true;
    const caller = request.caller?.name ?? "";
    const isFull = (used.get(caller) ?? 0) + bytes > LARGE_OF_ONE_BYTES;
    if (isFull || usedByAll + bytes > LARGE_OF_ALL_BYTES) {
      return refuseBusy(response, 1, "there is no room for more large ones now");
    }
    take(caller, bytes);
    response.once("close", () => take(caller, -bytes));
    return true;
  };
}
