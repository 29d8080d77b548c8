/** The kinds of mistakes. */
export type ProblemCode =
  | "unknown_setting"
  | "unread_variable"
  | "malformed_secret_name"
  | "unfilled_placeholder"
  | "invalid_value"
  | "unknown_tool"
  | "unsuitable_address"
  | "missing_folder"
  | "unwritable_file"
  | "set_twice"
  | "secret_too_short"
  | "unreadable_file"
  | "irregular_file"
  | "file_open_to_others"
  | "missing_credential"
  | "missing_client_id"
  | "missing_client_secret"
  | "missing_oidc_token"
  | "swapped_id_and_secret"
  | "malformed_client_id"
  | "missing_tenant"
  | "conflicting_tenants"
  | "malformed_address"
  | "address_with_login"
  | "address_with_path"
  | "insecure_address"
  | "missing_state_key"
  | "incomplete_host"
  | "only_for_http"
  | "bad_credentials_file";

/** Something in the configuration that is wrong, or that should be changed although the server can run with it. */
export interface Problem {
  readonly code: ProblemCode;
  /** The variable or flag to change. */
  readonly setting: string;
  /** What is wrong; completes a sentence that begins with the setting's name. */
  readonly message: string;
  /** What to do about it, in a sentence of its own. */
  readonly fix: string;
}

/** What a schema knows about a bad value beyond its message. Passed as the `params` of a zod issue. */
export type ValueFault = {
  readonly code: ProblemCode;
  readonly fix: (setting: string) => string;
};

/** Lists what every setting takes. In a fix, without what starts the program: that depends on who reads it. */
export const SETTINGS_HELP = "help environment";

/** For a value whose schema gives no more specific fault. */
export const INVALID_VALUE: ValueFault = {
  code: "invalid_value",
  fix: (setting) => `Correct ${setting}; \`${SETTINGS_HELP}\` says what it takes.`,
};

export const fixByRenaming = (setting: string, name: string) => `Rename ${setting} to ${name}.`;

export const fixBySetting = (setting: string) => `Set ${setting} in the environment of the server.`;

/** An address, in advice. */
export const EXAMPLE = "such as https://acme.conductor.one";

export const fixToHostAlone = (setting: string) => `Set ${setting} to scheme and host alone, ${EXAMPLE}.`;
