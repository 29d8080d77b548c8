/** Plain text on stderr, for what is said before there is a logger: a command line nobody can read, a crash. */
export function writeStderr(text: string): void {
  process.stderr.write(text);
}
