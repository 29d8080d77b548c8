/** Lets a few in at a time; the others wait for their turn, in the order in which they came. */
export type Door = <T>(work: () => Promise<T>) => Promise<T>;

export function createDoor(size: number): Door {
  const waiting: (() => void)[] = [];
  let free = size;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
