export const SECRET_PREFIX = "C1_MCP_SECRET_";
export const SECRETS_DIR = "C1_MCP_SECRETS_DIR";

/** Starts with a capital and contains no separator, so that it can only name a file in the folder, never a path. */
export const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,127}$/;

export const SECRET_NAME_RULE = "capital letters, digits and _, a letter first, at most 128";

/** What a client leaves in a variable for which it has no value. */
export const PLACEHOLDER = /^\$\{[^}]*\}$/;
