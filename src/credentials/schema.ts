import { z } from "zod/v3";
import { isHolderName } from "../config/http-tokens.ts";
import type { Rule } from "./entry.ts";

/** Far more than such a server needs; a larger number is a mistake. */
const MAX_ENTRIES = 500;
const MAX_RULES = 1_000;

/** Safe in a log, a metric and a sentence. */
export const ENTRY_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** The value of `default` that refuses callers whom no entry matches. */
export const REFUSE = "refuse";

/** Printable ASCII on both sides, so that no look-alike can be meant. */
const ADDRESS = /^[!-?A-~]+@[A-Za-z0-9.-]+$/;

/** Claims that have their own field in a rule, with their own checks. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  iss: "issuer",
  sub: "subject",
  email: "email",
  client_id: "client",
};

const text = z
  .string({ required_error: "is missing", invalid_type_error: "must be a text" })
  .refine((value) => value.trim() === value, "begins or ends with a blank")
  .refine((value) => value !== "", "is empty");

const path = text.refine(
  (value) => !value.startsWith("secret-token:"),
  "holds a secret; it must name a file",
);

const TOKEN = "must be the number of a token, 1 for the first, or the name in front of one";

const OBJECT = { required_error: "is missing", invalid_type_error: "must be an object" };

const rule = z
  .object(
    {
      issuer: text.optional(),
      subject: text.optional(),
      client: text.optional(),
      email: text
        .refine(
          (value) => ADDRESS.test(value),
          "must be an e-mail address in ASCII; name others by their subject",
        )
        .optional(),
      emailVerified: z
        .literal("by_issuer", { errorMap: () => ({ message: "must be by_issuer, or left out" }) })
        .optional(),
      claim: text
        .refine(
          (value) => !Object.hasOwn(OWN_FIELDS, value),
          "has a field of its own: issuer, subject, email or client",
        )
        .optional(),
      value: text.optional(),
      token: z
        .union([z.number().int(TOKEN).min(1, TOKEN), z.string().refine(isHolderName, TOKEN)], {
          errorMap: () => ({ message: TOKEN }),
        })
        .optional(),
    },
    OBJECT,
  )
  .strict()
  .transform((given, context): Rule => {
    const read = readRule(given);
    if (typeof read !== "string") return read;
    context.addIssue({ code: "custom", message: read });
    return z.NEVER;
  });

interface GivenRule {
  readonly issuer?: string | undefined;
  readonly subject?: string | undefined;
  readonly client?: string | undefined;
  readonly email?: string | undefined;
  readonly emailVerified?: "by_issuer" | undefined;
  readonly claim?: string | undefined;
  readonly value?: string | undefined;
  readonly token?: number | string | undefined;
}

const placeOf = (token: number | string) => (typeof token === "number" ? `token-${token}` : token);

/** Parses a rule, or says what is wrong with it. A rule must make one statement, so that nobody reads two as "both must hold". */
function readRule(given: GivenRule): Rule | string {
  const { issuer, subject, client, email, emailVerified, claim, value, token } = given;
  const said = [subject, client, email, claim, token].filter((word) => word !== undefined);
  if (said.length !== 1) return "must say one of subject, client, email, claim and token";
  if (value !== undefined && claim === undefined) return "has a value without a claim";
  if (emailVerified !== undefined && email === undefined) return "has emailVerified without email";
  if (token !== undefined) {
    return issuer === undefined ? { by: "token", place: placeOf(token) } : "has an issuer beside token";
  }
  if (issuer === undefined) return "has no issuer, which tells whose word counts";
  if (subject !== undefined) return { by: "subject", issuer, subject };
  if (client !== undefined) return { by: "client", issuer, client };
  if (email !== undefined) return { by: "email", issuer, email, unstated: emailVerified === "by_issuer" };
  if (claim === undefined || value === undefined) return "has a claim without a value";
  return { by: "claim", issuer, claim, value };
}

const entry = z
  .object(
    {
      name: text
        .refine((value) => ENTRY_NAME.test(value), "must be letters, digits, dots, _ and -, at most 64")
        .refine((value) => value !== REFUSE, `must not be ${REFUSE}, which has a meaning as default`),
      callers: z.array(rule, { invalid_type_error: "must be a list" }).max(MAX_RULES).default([]),
      clientId: text.optional(),
      clientSecretFile: path.optional(),
      oidcTokenFile: path.optional(),
      accessTokenFile: path.optional(),
    },
    OBJECT,
  )
  .strict();

/** The file's form. What its parts mean together is judged in `parse-mapping.ts`. */
export const fileSchema = z
  .object(
    {
      entries: z
        .array(entry, { required_error: "is missing", invalid_type_error: "must be a list" })
        .min(1, "is empty")
        .max(MAX_ENTRIES, `has more than ${MAX_ENTRIES} entries`),
      default: text,
    },
    OBJECT,
  )
  .strict();

export type GivenEntry = z.output<typeof entry>;
