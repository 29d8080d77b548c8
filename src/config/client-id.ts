/** name@tenant-host/suffix, as C1 issues ids today; without quotation marks that were copied along. */
export const CLIENT_ID_FORM = /^[\w+.~-]+@([^@\s/]+)\/([a-z]+)$/;

/** A C1 client secret, or the key alone that it holds, wherever it begins. */
const SECRET = /secret-token:|(?<![\w-])ey[\w-]{40,}/i;

/** Whether a text holds a C1 client secret: no path and no client id does. */
export const holdsClientSecret = (text: string): boolean => SECRET.test(text);

/** Whether a text holds a quotation mark, straight or curly: no client id and no secret does. */
export const isQuoted = (text: string): boolean => /["'`\u2018-\u201f]/.test(text);

/** What is wrong with a quoted value; completes a sentence that begins with its name. */
export const IN_QUOTATION_MARKS = "stands in quotation marks, which became part of it";

/** What is wrong with a secret in place of the path of its file; completes a sentence that begins with the setting. */
export const SECRET_AS_PATH = "holds a client secret; it must name the file that holds it";

/** The form of a client id, as people are told it. */
const ID_FORM = "name@tenant-host/pcc (or /spc, /wfe)";

/** How the ids end that have a secret. */
export const WITH_SECRET = ["pcc", "spc"] as const;

/**
 * What is odd about the ending of an id; completes a sentence that begins with its name. Not a fault by itself: C1 may come to issue
 * ids with other endings.
 */
export function findOddEnding(clientId: string, usual: readonly string[] = WITH_SECRET): string | undefined {
  const [, ending] = /\/([a-z]+)$/.exec(clientId) ?? [];
  if (ending === undefined || usual.includes(ending)) return undefined;
  return `ends in /${ending}; with this kind of credential C1's ids end in /${usual.join(" or /")}`;
}

/** Whether an id is that of a workload federation trust, which goes with an OIDC token and has no secret. */
export const isOfTrust = (clientId: string): boolean => clientId.endsWith("/wfe");

/** What is wrong with such an id beside a secret; completes a sentence that begins with its name. */
export const OF_TRUST = "is of a workload federation trust, which has no secret";

/** Whether a text may be sent as a client id. C1 may take ids of other forms than today's, but not whatever was copied along. */
export function isSendableId(text: string): boolean {
  return CLIENT_ID_FORM.test(text) || !(holdsClientSecret(text) || isQuoted(text) || /\s/.test(text));
}

/**
 * What is wrong with a text that is no client id; completes a sentence that begins with its name. Never contains the text, which
 * could be a secret. An e-mail address has a host, too, and that must not be sent a credential.
 */
export function describeWrongId(text: string, form = ID_FORM): string {
  if (/^secret-token:\S*$/.test(text)) return "holds a client secret: id and secret are swapped";
  if (holdsClientSecret(text)) return "holds more than a client id: a client secret, too";
  if (isQuoted(text)) return IN_QUOTATION_MARKS;
  if (/\s/.test(text)) return "holds blanks or line breaks: something else was copied with it";
  if (/@.+\.\w+$/.test(text)) return `is an e-mail address, or lacks its end: an id is of the form ${form}`;
  return `is not of the form ${form}`;
}
