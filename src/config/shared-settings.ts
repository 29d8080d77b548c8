import { z } from "zod/v3";
import { isLoopback } from "../loopback.ts";
import { choice } from "./choice.ts";
import type { Secret } from "./credential.ts";
import type { Problem, ValueFault } from "./problem.ts";

const UNSUITABLE_STORE: ValueFault = {
  code: "unsuitable_address",
  fix: (setting) =>
    `Set ${setting} to rediss://host:port (or redis://), and the password to C1_MCP_SHARED_PASSWORD or a file that C1_MCP_SHARED_PASSWORD_FILE names.`,
};

/** Settings for what processes share, over both transports. */
export const SHARED_SETTINGS = {
  sharedUrl: {
    env: "C1_MCP_SHARED_URL",
    schema: z
      .string()
      .refine(isStoreUrl, {
        message: "must be a redis:// or rediss:// address without a password",
        params: UNSUITABLE_STORE,
      })
      .optional(),
  },
  sharedPassword: {
    env: "C1_MCP_SHARED_PASSWORD",
    secret: true,
    schema: z.string().optional(),
  },
  sharedOutage: {
    env: "C1_MCP_SHARED_OUTAGE",
    default: "refuse",
    schema: choice(["refuse", "alone"], "must be refuse or alone").default("refuse"),
  },
} as const;

function isStoreUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { hostname, password, pathname, search, hash } = new URL(text);
  return hostname !== "" && password === "" && search + hash === "" && /^(?:\/\d{0,2})?$/.test(pathname);
}

/** The store that processes share. */
export interface SharedStore {
  readonly url: string;
  readonly password: Secret | undefined;
  /** Hashes what is stored there. */
  readonly key: Secret;
  readonly outage: "refuse" | "alone";
}

export interface GivenStore {
  readonly settings: { readonly sharedUrl?: string | undefined; readonly sharedOutage: "refuse" | "alone" };
  readonly secrets: { readonly sharedPassword?: Secret; readonly stateKey?: Secret };
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** The configured store; undefined if there is none. Adds problems to the list. */
export function resolveSharedStore({
  settings,
  secrets,
  problems,
  warnings,
}: GivenStore): SharedStore | undefined {
  const { sharedUrl: url, sharedOutage: outage } = settings;
  if (url === undefined) return undefined;
  const { hostname, protocol } = new URL(url);
  if (protocol === "redis:" && !isLoopback(hostname)) {
    warnings.push({
      code: "insecure_address",
      setting: "C1_MCP_SHARED_URL",
      message: "crosses a network in the clear: whoever can change what is said there can undo the guard",
      fix: "Write rediss:// in C1_MCP_SHARED_URL, and give the store a certificate.",
    });
  }
  const { stateKey, sharedPassword } = secrets;
  if (stateKey) return { url, password: sharedPassword, key: stateKey, outage };
  problems.push({
    code: "missing_state_key",
    setting: "C1_MCP_STATE_KEY",
    message:
      "is needed by C1_MCP_SHARED_URL: it hides the names of what is put there, and must be the same on all replicas",
    fix: "Set C1_MCP_STATE_KEY to at least 32 random characters, the same on all replicas.",
  });
  return undefined;
}
