import { CLIENT_ID_FORM, describeWrongId, findOddEnding } from "../../config/client-id.ts";
import { EXCHANGE_ID_AND_SECRET } from "../../config/tenant.ts";
import { Failure } from "../../errors.ts";
import { isLoopback } from "../../loopback.ts";
import { COPY_SECRET_AGAIN, REMOVE_QUOTES, type SecretFault } from "./judge-secret.ts";
import { findRefusalCause, type PartNames, speaksOfTime } from "./refusal-causes.ts";
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
 * Whether the secret itself may be sent to this host, and not only what it signs: to C1, to this machine, and to an address that
 * somebody has set, which is certain if the client id names no host or another.
 */
export function mayTakeSecret(host: string, clientId: string): boolean {
  const { hostname } = new URL(`https://${host}`);
  const named = CLIENT_ID_FORM.exec(clientId)?.[1]?.toLowerCase();
  return named !== host || isLoopback(hostname) || C1_HOST.test(hostname);
}

/** The domains of C1 that its documents and tools name. */
const C1_HOST = /^[a-z0-9.-]+\.(?:conductor\.one|c1eu\.ai)$/;

/**
 * The failure of a credential whose secret is kept from a host that only its client id names.
 * @param refused how the host refused an assertion, if it was sent one.
 */
export function keepSecret(
  host: string,
  { name, refused }: { readonly name?: string | undefined; readonly refused?: Failure | undefined },
): Failure {
  const kept = `The secret itself is not sent there: ${namesOf(name).clientId} names that host, and it is none of C1's own.`;
  const next = "Copy the client id whole from C1: its host must be that of the tenant.";
  const reason = "cause_named";
  if (refused) return refused.with({ what: `${refused.message} ${kept}`, next, reason });
  const what = `The client secret holds no key to sign for ${host} with. ${kept}`;
  return new Failure("not_configured", what, { next, reason });
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
    return failure.with({
      what,
      next: "Set the clock: switch automatic time (NTP) on.",
      reason: "wrong_clock",
    });
  }
  const names = namesOf(name);
  const found = findRefusalCause(words, names);
  const told = found ? `${failure.message} By C1's words, ${found.cause}.` : failure.message;
  // C1 may take ids of another form, so they are sent where the address is known without them.
  const odd = CLIENT_ID_FORM.test(clientId) ? findOddEnding(clientId) : describeWrongId(clientId);
  if (odd !== undefined) {
    const next = `Copy the client id whole from C1 first. ${found?.fix ?? failure.next ?? ""}`;
    return failure.with({ what: `${startSentence(names.clientId)} ${odd}. ${told}`, next, reason });
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
  return `${startSentence(namesOf(name).clientSecret)} ${message}.`;
}

function startSentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function adviseOn({ kind }: SecretFault): string {
  if (kind === "quoted") return REMOVE_QUOTES;
  return kind === "client_id" ? EXCHANGE_ID_AND_SECRET : COPY_SECRET_AGAIN;
}
