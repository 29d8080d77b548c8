import { type Failure, WHERE_SET_UP } from "../errors.ts";

/**
 * Adds to a failure for which the server's only credential is to blame where a person corrects that.
 * @param overStdio whether that person started the server, and not an operator.
 */
export function sayWhereToCorrect(failure: Failure, overStdio: boolean): Failure {
  if (!blamesCredential(failure)) return failure;
  const where = overStdio
    ? `The credential is entered ${WHERE_SET_UP}; restart it after a change.`
    : "The server's operator corrects the credential where the server is set up.";
  return failure.with({ next: [failure.next, where].filter(Boolean).join(" ") });
}

function blamesCredential({ code, reason }: Failure): boolean {
  return reason === "bad_credential" || (code === "not_authenticated" && reason !== "wrong_clock");
}
