/** Roles that C1's documentation names for an operation. Advice only: what a role may do through the API is not published. */
export interface Roles {
  readonly names: readonly string[];
  /** What the documentation is about, if that differs from what the tool does. */
  readonly subject?: string;
  /** Whether Application Admins may also do it, on connectors that they own. */
  readonly connectorOwners?: true;
}

/** What to do about a 403, in words. */
export function describeRoles({ names, subject = "this", connectorOwners }: Roles): string {
  if (names.length === 0)
    return "The credential has no effective role. Ask a C1 administrator to give it one.";
  const all = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const owners = connectorOwners ? ", and for Application Admin on connectors they own" : "";
  return `C1 documents ${subject} for ${all}${owners}. Ask a C1 administrator for the role.`;
}

/** The only role of a credential known to allow everything; what the others allow is not published. */
export const OWNER_ROLE = "system:owner";

/** The only role of owners with public evidence; the API documents no list. */
export const DEFAULT_ROLE = "primary";
