import type { pino } from "pino";

/** Lines that nobody has read yet are kept up to this size. */
const MAX_UNREAD_BYTES = 16 * 1024 * 1024;

const RETRY_MS = 50;

/** How long the end of the process waits for somebody to read the last lines. */
const LAST_WORDS_MS = 500;

/**
 * Opens stderr for log lines. They are written at once, so that the last ones before an exit arrive, but a pipe that nobody reads,
 * or a full disk, does not stop the process: it could not even be told to end then.
 * @param onDropped told how many lines were dropped, once lines can be written again.
 */
export function openStderr(
  destination: typeof pino.destination,
  onDropped: (count: number) => void,
): Pick<ReturnType<typeof pino.destination>, "write"> {
  // Node makes a pipe non-blocking when it opens this.
  const { isTTY } = process.stderr;
  let patientUntil = 0;
  let dropped = 0;
  let isUnread = false;
  const stderr = destination({
    dest: 2,
    sync: true,
    maxLength: MAX_UNREAD_BYTES,
    retryEAGAIN: () => isTTY || performance.now() < patientUntil,
  });
  const write = () => stderr.write("");
  const sayLastWords = () => {
    patientUntil = performance.now() + LAST_WORDS_MS;
    write();
  };
  // A closed stderr must not end the server.
  stderr.on("error", ({ code }: NodeJS.ErrnoException) => {
    if (code !== "EAGAIN" || isUnread) return;
    isUnread = true;
    process.once("exit", sayLastWords);
    setTimeout(() => {
      isUnread = false;
      process.off("exit", sayLastWords);
      write();
    }, RETRY_MS).unref();
  });
  stderr.on("drop", () => {
    dropped += 1;
  });
  stderr.on("drain", () => {
    const count = dropped;
    dropped = 0;
    if (count > 0) onDropped(count);
  });
  return stderr;
}
