import { addKey, misspellKey, otherWordForKey, recaseKey } from "./keys.ts";
import type { Ground, Mutant, Mutation } from "./mutation.ts";
import { giveEmail, giveId, giveName, giveStaleId, misspellName } from "./references.ts";
import { misnameConfigKey, writeSecretOut } from "./secrets.ts";
import { forgetRequired, nest } from "./shape.ts";
import { misnameTool, takeOtherTool } from "./tools.ts";
import {
  missEnum,
  nameTheUnset,
  unwrapList,
  wrapInList,
  writeAsJson,
  writeBoolAsText,
  writeNumberAsText,
} from "./values.ts";

export type { Mutant } from "./mutation.ts";

/** Mutations of values, which come first in a pair because they need the right names. */
const OF_VALUES: readonly Mutation[] = [
  writeAsJson,
  writeNumberAsText,
  writeBoolAsText,
  unwrapList,
  wrapInList,
  missEnum,
  giveId,
  giveName,
  giveStaleId,
  giveEmail,
  misspellName,
  writeSecretOut,
  misnameConfigKey,
  nameTheUnset,
];

const OF_SHAPE: readonly Mutation[] = [
  misspellKey,
  recaseKey,
  otherWordForKey,
  addKey,
  forgetRequired,
  nest,
  takeOtherTool,
  misnameTool,
];

/** Lists every mistake of every kind in one call. */
export function listSingles(ground: Ground): Mutant[] {
  return [...OF_VALUES, ...OF_SHAPE].flatMap((mutation) => mutation(ground));
}

/** A sample of the calls with two mistakes. */
export function samplePairs(ground: Ground, count: number): Mutant[] {
  const firsts = ground.random.sample(
    OF_VALUES.flatMap((mutation) => mutation(ground)),
    count,
  );
  return firsts.flatMap((first) => {
    const seconds = ground.random
      .sample(OF_SHAPE, OF_SHAPE.length)
      .flatMap((mutation) => mutation({ ...ground, args: first.args }));
    return ground.random
      .sample(seconds, 1)
      .map((second) => ({ ...second, kind: `${first.kind} + ${second.kind}` }));
  });
}
