import { readTokens } from "../config/http-tokens.ts";
import { SETTINGS } from "../config/schema.ts";
import { createStaticTokens } from "../http/static-tokens.ts";
import { formatCount } from "../text.ts";
import { type Finding, fail, ok, unreached } from "./finding.ts";
import { isReported } from "./is-reported.ts";
import type { Setup } from "./setup.ts";

/** Whether `http` accepts the tokens that callers are to send, if there are any. */
export async function checkHttpTokens({ configuration, redactor }: Setup): Promise<Finding[]> {
  const { httpToken, problems } = configuration;
  if (!httpToken) return [];
  if (isReported(problems, SETTINGS.httpToken.env)) return [unreached("configuration")];
  const problem = await createStaticTokens(httpToken, redactor).check();
  if (problem === undefined) return [ok(formatCount(readTokens(await httpToken()).length, "token"))];
  const fix =
    "Make each with `openssl rand -hex 32`; several are separated by commas or line breaks, each with at most a name in front.";
  return [fail(`\`http\` does not start: ${problem.replace(/\.$/, "")}`, fix)];
}
