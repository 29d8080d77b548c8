import { type Failure, WHERE_SET_UP } from "../errors.ts";

/** The variables that hold the one credential of a server, and those that name its files. */
const CREDENTIAL_SETTING = /CONDUCTORONE_(?:CLIENT_|ACCESS_TOKEN|OIDC_TOKEN)/;

/**
 * Adds to a failure for which the server's only credential is to blame where a person corrects that.
 * @param overStdio whether that person started the server, and not an operator.
 */
export function sayWhereToCorrect(failure: Failure, overStdio: boolean): Failure {
  const { next = "" } = failure;
  if (!blamesCredential(failure) || next.includes(WHERE_SET_UP)) return failure;
  const where = overStdio
    ? `The credential is entered ${WHERE_SET_UP}; restart it after a change.`
    : "The server's operator corrects the credential where the server is set up.";
  return failure.with({ next: `${next} ${where}`.trim() });
}

function blamesCredential({ code, message, next = "", reason }: Failure): boolean {
  if (code === "not_authenticated") return reason !== "wrong_clock";
  return code === "not_configured" && CREDENTIAL_SETTING.test(message + next);
}
