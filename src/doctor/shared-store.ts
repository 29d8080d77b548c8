import { SETTINGS } from "../config/schema.ts";
import { within } from "./check-limits.ts";
import { type Finding, fail, ok, skip, unreached, warn } from "./finding.ts";
import { isReported } from "./is-reported.ts";
import type { Setup } from "./setup.ts";

interface Cause {
  readonly codes: RegExp;
  /** Continues a sentence that begins with the store. */
  readonly what: string;
  readonly fix: string;
}

const CAUSES: readonly Cause[] = [
  {
    codes: /^WRONGPASS$/,
    what: "refuses the password",
    fix: "Correct C1_MCP_SHARED_PASSWORD, or the user name in C1_MCP_SHARED_URL.",
  },
  {
    codes: /^NOAUTH$/,
    what: "demands a password",
    fix: "Set C1_MCP_SHARED_PASSWORD, or name a file in C1_MCP_SHARED_PASSWORD_FILE.",
  },
  {
    codes: /^ERR AUTH$/,
    what: "has no password",
    fix: "Remove C1_MCP_SHARED_PASSWORD, or give the store that password.",
  },
  {
    codes: /^(?:NOPERM|ERR)$/,
    what: "does not let the server run its scripts",
    fix: "Use Redis 7 or Valkey, and let the user run EVAL, and what it calls, on keys that begin with c1mcp:.",
  },
  {
    codes: /^(?:OOM|READONLY|MISCONF|LOADING)$/,
    what: "takes no writes now",
    fix: "Let C1_MCP_SHARED_URL name a single instance with enough memory that is not a copy of another; its own log says more.",
  },
];

const UNREACHED: Omit<Cause, "codes"> = {
  what: "cannot be used from here",
  fix: "Correct C1_MCP_SHARED_URL, or let this machine reach the store; with rediss://, Node must trust its certificate.",
};

/** Whether the store that processes share takes the password and runs the scripts, if one is configured. */
export async function checkSharedStore(setup: Setup): Promise<Finding[]> {
  const { sharedStore, problems } = setup.configuration;
  if (!sharedStore) return [];
  const secrets = [SETTINGS.sharedPassword.env, SETTINGS.stateKey.env];
  if (secrets.some((name) => isReported(problems, name))) return [unreached("configuration")];
  const { tryStore } = await import("../replicas/try-store.ts");
  const code = await within(setup, tryStore(sharedStore, setup.clock));
  const store = `the store at ${new URL(sharedStore.url).host}`;
  if (code === undefined)
    return [
      ok(`${store} runs the server's scripts`),
      skip("whether the other replicas have the same C1_MCP_STATE_KEY cannot be seen from here"),
    ];
  const { what, fix } = CAUSES.find(({ codes }) => codes.test(code)) ?? UNREACHED;
  const isAlone = sharedStore.outage === "alone";
  const effect = isAlone ? "each process guards its writes alone" : "every create is refused";
  return [(isAlone ? warn : fail)(`${store} ${what} (${code}): ${effect}`, fix)];
}
