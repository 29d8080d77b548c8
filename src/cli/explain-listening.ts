/** Completes a sentence, and says what to do if a person can do something. */
export function explainListening(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE")
    return "another program uses that port, perhaps a server that runs already. Stop it, or choose another port with --port.";
  if (code === "EACCES") return "this user may not use that port. Choose one above 1023 with --port.";
  if (code === "EADDRNOTAVAIL") return "this machine has no such address. Choose another one with --host.";
  return message;
}
