import { generateKeyPair } from "jose";

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;

const COUNT = 3;
const pairs: Promise<Pair>[] = [];
let taken = 0;

/**
 * An RSA key for RS256. To make one is a tenth of a second of computing and often more, so a process makes a few and hands
 * them out in turn: one is never the same as the two before.
 */
export function takeIssuerKeys(): Promise<Pair> {
  const index = taken % COUNT;
  taken += 1;
  pairs[index] ??= generateKeyPair("RS256", { extractable: true });
  return pairs[index];
}
