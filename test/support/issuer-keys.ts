import { generateKeyPair } from "jose";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const COUNT = 3;
const pairs: Promise<Pair>[] = [];
let taken = 0;

/**
 * An RSA key for RS256. Generating one takes a tenth of a second or more, so a process generates a few and hands them out in
 * turn; a key always differs from the previous two.
 */
export function takeIssuerKeys(): Promise<Pair> {
  const index = taken % COUNT;
  taken += 1;
  pairs[index] ??= generateKeyPair("RS256", { extractable: true });
  return pairs[index];
}
