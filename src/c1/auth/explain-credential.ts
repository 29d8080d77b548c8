import { EXCHANGE_ID_AND_SECRET } from "../../config/tenant.ts";
import { Failure } from "../../errors.ts";
import { COPY_SECRET_AGAIN, type SecretFault } from "./judge-secret.ts";
import { CLIENT_ID_FORM, findRefusalCause, type PartNames, speaksOfTime } from "./refusal-causes.ts";
import type { TokenRefusal } from "./token-endpoint.ts";

/**
 * The failure of a text that cannot be a client secret, before anything is sent.
 * @param name of the credential, on a server with several.
 */
export function refuseDamaged(fault: SecretFault, name?: string): Failure {
  return new Failure("not_configured", describeFault(fault, name), {
    next: adviseOn(fault),
    reason: "cause_named",
  });
}

/**
 * Explains a refusal of the token endpoint if its wording, or the form of the id or the secret, tells more than "check the
 * credential".
 */
export function explainRefusedClient(
  { error, description, failure }: TokenRefusal,
  fault: SecretFault | undefined,
  { clientId, name }: { readonly clientId: string; readonly name?: string | undefined },
): Failure {
  const reason = "cause_named";
  if (fault) {
    const what = `${failure.message} ${describeFault(fault, name)}`;
    return failure.with({ what, next: adviseOn(fault), reason });
  }
  const words = `${error} ${description}`;
  if (speaksOfTime(words)) {
    const what = `${failure.message} The likely cause is this machine's clock.`;
    return failure.with({ what, next: "Set the clock: switch automatic time (NTP) on.", reason });
  }
  const names = namesOf(name);
  const found = findRefusalCause(words, names);
  const told = found ? `${failure.message} By C1's words, ${found.cause}.` : failure.message;
  if (!CLIENT_ID_FORM.test(clientId)) {
    const form = `But ${names.clientId} is not of the form name@tenant-host/pcc or …/spc.`;
    const next = `Copy the client id whole from C1 first. ${found?.fix ?? failure.next ?? ""}`;
    return failure.with({ what: `${told} ${form}`, next, reason });
  }
  return found ? failure.with({ what: told, next: found.fix, reason }) : failure;
}

function namesOf(name: string | undefined): PartNames {
  return name === undefined
    ? { clientId: "CONDUCTORONE_CLIENT_ID", clientSecret: "CONDUCTORONE_CLIENT_SECRET" }
    : {
        clientId: `the client id of the credential ${name}`,
        clientSecret: `the client secret of the credential ${name}`,
      };
}

function describeFault({ message }: SecretFault, name: string | undefined): string {
  const subject =
    name === undefined ? namesOf(name).clientSecret : `The client secret of the credential ${name}`;
  return `${subject} ${message}.`;
}

function adviseOn({ kind }: SecretFault): string {
  return kind === "client_id" ? EXCHANGE_ID_AND_SECRET : COPY_SECRET_AGAIN;
}
