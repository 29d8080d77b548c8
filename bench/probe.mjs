// Loaded into a server before its own code. On SIGUSR2, writes the process's memory use as one line to stderr.
import { getEventListeners } from "node:events";

/** Weak references to the abort signals created so far: the probe must not keep them alive itself. */
const signals = new Set();
const known = new WeakSet();
const dead = new FinalizationRegistry((ref) => signals.delete(ref));
const original = AbortSignal.prototype.addEventListener ?? EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function addEventListener(...args) {
  if (this instanceof AbortSignal && !known.has(this)) {
    const ref = new WeakRef(this);
    known.add(this);
    signals.add(ref);
    dead.register(this, ref);
  }
  return original.apply(this, args);
};

function countListeners() {
  let count = 0;
  for (const ref of signals) {
    const signal = ref.deref();
    if (signal) count += getEventListeners(signal, "abort").length;
    else signals.delete(ref);
  }
  return count;
}

process.on("SIGUSR2", () => {
  globalThis.gc?.();
  setTimeout(() => {
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const resources = {};
    for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1;
    const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const probe = { rss, heapUsed, resources, processListeners: listeners, abortListeners: countListeners() };
    process.stderr.write(`${JSON.stringify({ probe })}\n`);
  }, 200);
});
