import { z } from "zod/v3";

const claimsSchema = z.object({
  exp: z.number().optional().catch(undefined),
  iat: z.number().optional().catch(undefined),
  aud: z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([]),
});

export type Claims = z.infer<typeof claimsSchema>;

/** The claims of a JSON Web Token, unverified; undefined if the text is not one. */
export function readClaims(token: string): Claims | undefined {
  const [head, body, signature, ...rest] = token.split(".");
  if (!head || !body || signature === undefined || rest.length > 0) return undefined;
  try {
    JSON.parse(Buffer.from(head, "base64url").toString("utf8"));
    return claimsSchema.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}
