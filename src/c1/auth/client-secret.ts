/** The form for secrets that hold no key, and for endpoints that accept no assertion: the secret itself in the body. */
export function buildSecretForm(clientId: string, clientSecret: string): Record<string, string> {
  return { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
}
