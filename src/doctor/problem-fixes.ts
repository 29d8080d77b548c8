import type { Problem } from "../config/tenant.ts";

/** What to do about a problem of the configuration, by the words it is told in. The first that fits is taken. */
const FIXES: readonly (readonly [pattern: RegExp, fix: (problem: Problem, found: string) => string])[] = [
  [
    /swapped/,
    () =>
      "Exchange the two values: the id looks like name@tenant-host/spc, the secret starts with secret-token.",
  ],
  [/did you mean (\w+)\?/, ({ name }, found) => `Rename ${name} to ${found}.`],
  [
    /placeholder/,
    ({ name }) => `Set ${name} where the client is started, or write its value into the client's entry.`,
  ],
  [/both set/, ({ name }) => `Remove ${name} or the variable without _FILE.`],
  [
    /^and CONDUCTORONE_CLIENT_SECRET are missing/,
    () =>
      "Create a service-principal credential in C1 and set both (its secret is shown once); doctor reads the variables of its own terminal, not those in a client's entry.",
  ],
  [/two different tenants/, ({ name }) => `Remove ${name} or correct it: a server is bound to one tenant.`],
  [
    /full host/,
    ({ name }) =>
      `Set ${name} to the whole host, such as acme.conductor.one; a bare word fits several regions.`,
  ],
  [
    /start with https/,
    ({ name }) => `Write https:// in ${name}: a token must not cross a network in the clear.`,
  ],
  [
    /of the form name@tenant-host/,
    ({ name }) => `Copy the client id whole from C1 into ${name}: name@tenant-host/spc.`,
  ],
  [
    /no path|user name/,
    ({ name }) => `Set ${name} to scheme and host alone, such as https://acme.conductor.one.`,
  ],
  [
    /full address/,
    ({ name }) => `Set ${name} to the address of the tenant, such as https://acme.conductor.one.`,
  ],
  [/file that does not exist/, ({ name }) => `Create that file, let this user read it, or correct ${name}.`],
  [
    /not a regular file/,
    ({ name }) => `Put the secret into a regular file of its own and name that in ${name}.`,
  ],
  [
    /open to others/,
    () => "Let nobody but the server's user read it: chmod 400, or the defaultMode of its Kubernetes volume.",
  ],
  [/folder that does not exist/, ({ name }) => `Create that folder or correct ${name}.`],
  [
    /without a client id/,
    () => "Set CONDUCTORONE_CLIENT_ID, whose host is the tenant, or CONDUCTORONE_SERVER_URL.",
  ],
  [
    /fewer than \d+ characters/,
    ({ name }) => `Choose a longer secret in the system that it opens, and put it where ${name} says.`,
  ],
  [/is missing/, ({ name }) => `Set ${name} in the environment of the server.`],
  [/not a setting of this server/, ({ name }) => `Remove ${name}; --help lists the settings.`],
];

export function fixProblem(problem: Problem): string {
  for (const [pattern, fix] of FIXES) {
    const match = pattern.exec(problem.message);
    if (match) return fix(problem, match[1] ?? "");
  }
  return `Correct ${problem.name}; --help says what it takes.`;
}
