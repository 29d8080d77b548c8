/** name@tenant-host/suffix, as C1 issues ids today; without quotation marks that were copied along. */
export const CLIENT_ID_FORM = /^[\w+.~-]+@([^@\s/]+)\/([a-z]+)$/;

/** Whether a text holds a quotation mark, straight or curly: no client id and no secret does. */
export const isQuoted = (text: string): boolean => /["'`\u2018-\u201f]/.test(text);

/**
 * What a text that is no client id is instead, to begin a sentence that goes on with "is not of the form …"; never contains the
 * text, which could be a secret. An e-mail address has a host, too, and that must not be sent a credential.
 */
export function guessId(text: string): string {
  if (isQuoted(text)) return "is quoted and ";
  return /@.+\.\w+$/.test(text) ? "is an e-mail address and " : "";
}
