/** A caller over HTTP: one type from the front that verified them to the audit record. */
export interface Caller {
  /** A unique name that is safe for logs: the `principal` of audit records. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly identity?: CallerIdentity | undefined;
}

/** What is known of a caller, exactly as verified, so that it can be compared. Clean it before showing it. */
export type CallerIdentity = UserIdentity | ClientIdentity | TokenIdentity;

/** A person whom an authorization server vouches for. */
export interface UserIdentity extends Vouched {
  readonly kind: "user";
  readonly subject: string;
  /** The client through which they call. */
  readonly clientId?: string | undefined;
}

/** A client that acts for itself, as bots do. */
export interface ClientIdentity extends Vouched {
  readonly kind: "client";
  readonly clientId: string;
}

/** The holder of a static token. */
export interface TokenIdentity {
  readonly kind: "token";
  /** The name in front of the token in the setting or, without one, its place there: "token-1" for the first. */
  readonly place: string;
}

interface Vouched {
  /** The server that vouches. A subject, an e-mail address or a client id means something only together with it. */
  readonly issuer: string;
  /** Absent if the issuer itself says that the address is not verified. */
  readonly email?: string | undefined;
  /** When the person logged in, in seconds since the epoch. */
  readonly authTime?: number | undefined;
  /** All verified claims, for choosing a credential. They may contain anything: never log, show or send them as a whole. */
  readonly claims: Readonly<Record<string, unknown>>;
}
