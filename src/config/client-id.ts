/** name@tenant-host/suffix, as C1 issues ids today; without quotation marks that were copied along. */
export const CLIENT_ID_FORM = /^[\w+.~-]+@([^@\s/]+)\/([a-z]+)$/;

/** Whether a text holds a quotation mark, straight or curly: no client id and no secret does. */
export const isQuoted = (text: string): boolean => /["'`\u2018-\u201f]/.test(text);

/** The form of a client id, as people are told it. */
export const ID_FORM = "name@tenant-host/suffix";

/**
 * What is wrong with a text that is no client id; completes a sentence that begins with its name. Never contains the text, which
 * could be a secret. An e-mail address has a host, too, and that must not be sent a credential.
 */
export function describeWrongId(text: string): string {
  const kind = /@.+\.\w+$/.test(text) ? "is an e-mail address and " : "";
  return `${isQuoted(text) ? "is quoted and " : kind}is not of the form ${ID_FORM}`;
}
